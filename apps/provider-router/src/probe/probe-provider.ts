import type { ProviderAdapter, ProviderApi } from '../adapters/provider-adapter.ts'
import { ProviderError } from '../adapters/provider-error.ts'
import type { ConfiguredProvider } from '../select/configured-provider.ts'
import { apiOf } from '../select/deployment.ts'
import type { RoutingTable } from '../select/routing-table.ts'

const TIME_LIMIT_MS = 5_000

export interface ProbeResult {
  /** It answered, be it to say no: what it thinks of the key is not what is asked here. */
  readonly ok: boolean
  /** The round trip, or how long it took to fail. */
  readonly durationMs: number
}

export interface ProbeDependencies {
  readonly adapterFor: (api: ProviderApi) => Pick<ProviderAdapter, 'checkCredential'>
  /** A clock that never goes back. */
  readonly nowMs: () => number
  /** Calls back once. @returns how to cancel that */
  readonly setTimer: (callback: () => void, ms: number) => () => void
}

/**
 * One call that costs nothing, with five seconds for all of it.
 * @returns undefined where there is nothing to tell: without a key nobody can be asked, or `stopping` was aborted
 */
export async function probeProvider(
  provider: ConfiguredProvider,
  table: RoutingTable,
  stopping: AbortSignal,
  { adapterFor, nowMs, setTimer }: ProbeDependencies,
): Promise<ProbeResult | undefined> {
  const [credential] = provider.credentials
  if (credential === undefined) return undefined
  const api = apiOf(provider.input)
  const { baseUrl } = provider
  const connectMs = connectMsOf(provider, table)
  const late = new AbortController()
  const cancel = setTimer(() => late.abort(), TIME_LIMIT_MS)
  const startMs = nowMs()
  let ok = true
  try {
    await adapterFor(api).checkCredential({
      target: { api, baseUrl, apiKey: credential.key, connectMs },
      signal: AbortSignal.any([stopping, late.signal]),
    })
  } catch (error) {
    ok = hasAnswered(error)
  } finally {
    cancel()
  }
  return stopping.aborted ? undefined : { ok, durationMs: nowMs() - startMs }
}

/** A refusal of ours, or of the key, is an answer; 5xx, silence and no connection are none. */
function hasAnswered(error: unknown): boolean {
  return error instanceof ProviderError && error.status !== null && error.status < 500
}

/** That of its deployments, so that the probe goes over the connections that they use, and keeps one warm. */
function connectMsOf({ id }: ConfiguredProvider, { deployments, wildcards }: RoutingTable): number {
  const isOfProvider = (place: { provider: ConfiguredProvider }): boolean =>
    place.provider.id === id
  const deployment =
    [...deployments.values()].find(isOfProvider) ?? wildcards.find(isOfProvider)?.at('*')
  return deployment?.timeLimits.connectMs ?? TIME_LIMIT_MS
}
