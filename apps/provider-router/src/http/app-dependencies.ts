import type { Logger, Metrics } from '@brainlyx/service-kit'
import type { DeploymentStates } from '../admin/deployment-states.ts'
import type { Authenticate } from '../admit/authenticate.ts'
import type { EmbeddingBatcher } from '../batch/embedding-batcher.ts'
import type { CallDependencies } from '../call/call-dependencies.ts'
import type { AdapterFor } from '../call/chat-operation.ts'
import type { RouteEvent } from '../call/route-event.ts'
import type { ChooseDependencies } from '../choose/choose-route.ts'
import type { KeyFile } from '../credential/key-file.ts'
import type { DecisionLog } from '../decision/decision-log.ts'
import type { FindDecision } from '../decision/find-decision.ts'
import type { AnswerOnce } from '../idempotency/answer-once.ts'
import type { KeptResponses } from '../kept-responses/kept-responses.ts'
import type { RoutingTable } from '../select/routing-table.ts'
import type { SharedFlights } from '../share/shared-flights.ts'
import type { RoutedEmbeddings, RoutedGroup } from './embedding-route.ts'

export interface AppDependencies {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly authenticate: Authenticate
  readonly adapterFor: AdapterFor
  readonly calls: CallDependencies
  readonly choosing: ChooseDependencies
  readonly flights: SharedFlights<RouteEvent>
  readonly batcher: EmbeddingBatcher<RoutedGroup, RoutedEmbeddings>
  readonly answerOnce: AnswerOnce
  readonly keptResponses: KeptResponses
  readonly decisions: DecisionLog
  readonly findDecision: FindDecision
  readonly states: DeploymentStates
  readonly keyFile: KeyFile
  /** As it is now; it is replaced as a whole when the configuration or a key changes. */
  readonly table: () => RoutingTable
  /** To be called after a key has changed. */
  readonly rebuild: () => void
}
