import { ConnectionPool } from '../call/connection-pool.ts'
import type { Callee } from '../call/send-chat.ts'
import type { RunningProcess } from '../process/start-process.ts'

/** Keys that any simulated provider accepts. */
export const PROVIDER_KEY = 'bench-key'

/** Tokens a second of the streams that are paced, as fast models write. */
export const PACED_TOKENS_PER_SECOND = 50
export const FAST_MODEL = 'bench-model'
export const PACED_MODEL = `bench-model+tps-${PACED_TOKENS_PER_SECOND}`

/** One of the ways to the simulator that are measured side by side. */
export interface Gateway extends Callee {
  readonly name: string
  /** `http://host:port` */
  readonly origin: string
  /** What to ask for: an answer as fast as possible, or one at {@link PACED_TOKENS_PER_SECOND}. */
  readonly models: { readonly fast: string; readonly paced: string }
  /** What is measured. */
  readonly process: RunningProcess
}

export function createGateway(
  releases: AsyncDisposableStack,
  options: Omit<Gateway, 'pool' | 'models'> & { readonly models?: Gateway['models'] },
): Gateway {
  const pool = new ConnectionPool(options.origin)
  releases.defer(() => pool.close())
  return { models: { fast: FAST_MODEL, paced: PACED_MODEL }, ...options, pool }
}
