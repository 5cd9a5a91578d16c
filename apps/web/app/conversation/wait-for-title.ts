/** A job writes the title after the first answer; it is looked for this often. */
const DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000]

/**
 * Looks for a chat's title until it is there; a look that fails says nothing of the next.
 * @returns whether it came
 * @throws the reason of `gone`
 */
export async function waitForTitle(options: {
  look: () => Promise<{ title: string | null }>
  sleep: (ms: number) => Promise<unknown>
  gone: AbortSignal
}): Promise<boolean> {
  const { look, sleep, gone } = options
  for (const delayMs of DELAYS_MS) {
    await sleep(delayMs)
    gone.throwIfAborted()
    const chat = await look().catch(() => undefined)
    if (chat !== undefined && chat.title !== null) return true
  }
  return false
}
