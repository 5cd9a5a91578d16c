import type { RoutingTable } from '../select/routing-table.ts'
import { probeProvider } from './probe-provider.ts'
import type { ProbeDependencies, ProbeResult } from './probe-provider.ts'

/** Of the time between two probes, either way: replicas that start together do not probe together. */
const JITTER = 0.2

export interface Probes {
  /** To be called after the table was replaced. */
  follow(): void
  close(): void
}

interface ProbedProvider {
  readonly everyMs: number
  readonly stopping: AbortController
  /** Ends the wait for the next probe. */
  cancel: () => void
}

/**
 * Asks each provider that has `probe` in the configuration from time to time whether it is there, by a call that costs
 * nothing (the list of its models) and is counted as no usage; not while a request succeeded there lately, nor while
 * the last probe runs.
 * @param lastSuccessMs when a call to the provider last succeeded, on the clock of `nowMs`
 */
export function startProbes(
  options: ProbeDependencies & {
    readonly table: () => RoutingTable
    readonly random: () => number
    readonly lastSuccessMs: (providerId: string) => number | undefined
    readonly note: (providerId: string, result: ProbeResult) => void
  },
): Probes {
  const { table, nowMs, random, setTimer, lastSuccessMs, note } = options
  const probed = new Map<string, ProbedProvider>()

  const wait = (id: string, self: ProbedProvider): void => {
    const waitMs = self.everyMs * (1 + JITTER * (2 * random() - 1))
    self.cancel = setTimer(() => void turn(id, self), waitMs)
  }
  const turn = async (id: string, self: ProbedProvider): Promise<void> => {
    const current = table()
    const provider = current.providers.get(id)
    const succeededMs = lastSuccessMs(id)
    const isBusy = succeededMs !== undefined && nowMs() - succeededMs < self.everyMs
    if (provider !== undefined && !isBusy) {
      const result = await probeProvider(provider, current, self.stopping.signal, options)
      if (result !== undefined) note(id, result)
    }
    if (!self.stopping.signal.aborted) wait(id, self)
  }

  const stop = (id: string): void => {
    const self = probed.get(id)
    probed.delete(id)
    self?.cancel()
    self?.stopping.abort()
  }
  const follow = (): void => {
    const { providers } = table()
    for (const [id, { everyMs }] of probed) {
      if (providers.get(id)?.input.probe?.everyMs !== everyMs) stop(id)
    }
    for (const { id, input } of providers.values()) {
      if (input.probe === undefined || probed.has(id)) continue
      const self = { ...input.probe, stopping: new AbortController(), cancel: () => {} }
      probed.set(id, self)
      wait(id, self)
    }
  }

  follow()
  return {
    follow,
    close() {
      for (const id of probed.keys()) stop(id)
    },
  }
}
