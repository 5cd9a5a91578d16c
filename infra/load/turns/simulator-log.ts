import type { Attempt } from '@brainlyx/provider-simulator'

/** The provider's share of a turn, in milliseconds from when it had the whole request. */
export interface ProviderShare {
  readonly firstTokenMs: number
  /** Undefined while it runs. */
  readonly durationMs: number | undefined
}

/** The simulator's own record: what it took for the answer to each prompt. The titles of chats are left out. */
export async function providerShares(origin: string): Promise<ReadonlyMap<string, ProviderShare>> {
  const response = await fetch(`${origin}/__simulator/attempts`)
  const attempts = (await response.json()) as Attempt[]
  const shares = new Map<string, ProviderShare>()
  for (const { stream, prompt, firstTokenMs, durationMs } of attempts) {
    // Of several attempts at one prompt the first that answered counts: whatever else it took is our part.
    if (!stream || firstTokenMs === null || shares.has(prompt)) continue
    shares.set(prompt, { firstTokenMs, durationMs: durationMs ?? undefined })
  }
  return shares
}
