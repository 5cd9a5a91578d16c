import { packNextMonth } from '@brainlyx/db'

/** Packs all months that are over, as the worker does one a day. @returns undefined where none was left */
export async function packMonths(
  ownerUrl: string,
  { now, onMonth }: { now: Date; onMonth: (month: string) => void },
): Promise<{ months: number; milliseconds: number } | undefined> {
  const beganAt = performance.now()
  let months = 0
  for (;;) {
    const packed = await packNextMonth(ownerUrl, now)
    if (packed === undefined) break
    if (!packed.isPacked) throw new Error(`${packed.month} is in use`)
    months++
    onMonth(packed.month)
  }
  return months === 0 ? undefined : { months, milliseconds: performance.now() - beganAt }
}
