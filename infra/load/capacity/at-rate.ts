import { setTimeout as sleep } from 'node:timers/promises'

/** Acts at a steady rate whether earlier acts have ended or not, then waits for all of them. */
export async function atRate(
  options: { perSecond: number; endAt: number },
  act: (dueAt: number) => Promise<void>,
): Promise<void> {
  const { perSecond, endAt } = options
  const startAt = performance.now()
  const underWay = new Set<Promise<void>>()
  for (let begun = 0; ; begun++) {
    const dueAt = startAt + (begun * 1000) / perSecond
    if (dueAt >= endAt) break
    // Who is late does not wait: a timer takes a millisecond, and could never catch up with a thousand acts a second.
    const early = dueAt - performance.now()
    if (early > 0) await sleep(early)
    const running = act(dueAt).finally(() => underWay.delete(running))
    underWay.add(running)
  }
  await Promise.all(underWay)
}
