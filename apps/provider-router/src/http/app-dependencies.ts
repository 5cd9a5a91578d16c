import type { Logger, Metrics } from '@brainlyx/service-kit'
import type { Authenticate } from '../admit/authenticate.ts'
import type { AdapterFor } from '../call/chat-operation.ts'
import type { CallDependencies } from '../call/run-operation.ts'
import type { KeyFile } from '../credential/key-file.ts'
import type { RoutingTable } from '../select/routing-table.ts'

export interface AppDependencies {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly authenticate: Authenticate
  readonly adapterFor: AdapterFor
  readonly calls: CallDependencies
  readonly keyFile: KeyFile
  /** As it is now; it is replaced as a whole when the configuration or a key changes. */
  readonly table: () => RoutingTable
  /** To be called after a key has changed. */
  readonly rebuild: () => void
}
