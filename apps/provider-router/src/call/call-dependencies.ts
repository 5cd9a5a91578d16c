import type { AttemptObserver } from '../account/observe-attempts.ts'
import type { RoutingObserver } from '../account/observe-routing.ts'
import type { Breakers } from '../breaker/breakers.ts'
import type { CredentialHealth } from '../credential/credential-health.ts'
import type { Hedging } from '../hedge/hedging.ts'
import type { ImageFitting } from '../image/image-fitting.ts'
import type { DeploymentLoads } from '../load/deployment-load.ts'
import type { Quotas } from '../quota/quotas.ts'
import type { RetryBudget } from './retry-budget.ts'

export interface CallDependencies {
  readonly health: CredentialHealth
  readonly breakers: Breakers
  readonly quotas: Quotas
  readonly loads: DeploymentLoads
  readonly retryBudget: RetryBudget
  readonly hedging: Hedging
  readonly images: ImageFitting
  readonly observe: AttemptObserver
  readonly routing: RoutingObserver
  /** A clock that never goes back. */
  readonly nowMs: () => number
  readonly random: () => number
  /** Resolves after that time, or as soon as the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly newAttemptId: () => string
}
