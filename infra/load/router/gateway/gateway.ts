import { Pool } from 'undici'
import type { RunningProcess } from '../process/start-process.ts'

/** Keys that any simulated provider accepts. */
export const PROVIDER_KEY = 'bench-key'

/** Tokens a second of the streams that are paced, as fast models write. */
export const PACED_TOKENS_PER_SECOND = 50
export const FAST_MODEL = 'bench-model'
export const PACED_MODEL = `bench-model+tps-${PACED_TOKENS_PER_SECOND}`

/** One of the ways to the simulator that are measured side by side. */
export interface Gateway {
  readonly name: string
  /** `http://host:port` */
  readonly origin: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
  /** What to ask for: an answer as fast as possible, or one at {@link PACED_TOKENS_PER_SECOND}. */
  readonly models: { readonly fast: string; readonly paced: string }
  /** What is measured. */
  readonly process: RunningProcess
  readonly pool: Pool
}

/** Connections stay open between calls; a stream has one for itself. */
export function createGateway(
  releases: AsyncDisposableStack,
  options: Omit<Gateway, 'pool' | 'models' | 'headers'> & {
    readonly headers: Readonly<Record<string, string>>
    readonly models?: Gateway['models']
  },
): Gateway {
  const { headers, models = { fast: FAST_MODEL, paced: PACED_MODEL } } = options
  const pool = new Pool(options.origin, { keepAliveTimeout: 60_000, bodyTimeout: 30_000 })
  releases.defer(() => pool.destroy())
  const all = { 'content-type': 'application/json', ...headers }
  return { ...options, models, headers: Object.entries(all).flat(), pool }
}
