import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until `check` no longer throws, and gives what it returned. For what happens in another process or
 * connection, where nothing can be awaited.
 * @throws what `check` threw last, once `timeoutMs` has passed.
 */
export async function eventually<T>(
  check: () => Promise<T> | T,
  options: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const { timeoutMs = 10_000, intervalMs = 20 } = options
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() >= deadline) throw error
    }
    await sleep(intervalMs)
  }
}
