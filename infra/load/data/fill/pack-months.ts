import { packNextMonth } from '@brainlyx/db'

/** As the worker's job: last month is still being written to, and one more is left out of caution. */
const MONTHS_LEFT_ALONE = 2

/** Packs all months that are over, as the worker does one a day. @returns undefined where none was left */
export async function packMonths(
  ownerUrl: string,
  { now, onMonth }: { now: Date; onMonth: (month: string) => void },
): Promise<{ months: number; milliseconds: number } | undefined> {
  const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS_LEFT_ALONE, 1))
  const beganAt = performance.now()
  let months = 0
  for (;;) {
    const packed = await packNextMonth(ownerUrl, before)
    if (packed === undefined) break
    if (packed.left !== undefined) throw new Error(`${packed.month} is in use`)
    months++
    onMonth(packed.month)
  }
  return months === 0 ? undefined : { months, milliseconds: performance.now() - beganAt }
}
