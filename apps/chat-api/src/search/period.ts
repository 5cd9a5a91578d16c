/** When a year, month or day (`2026`, `2026-11`, `2026-11-30`) begins, UTC; undefined where there is no such. */
export function readPeriod(text: string): Date | undefined {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text)
  if (match === null) return undefined
  const [, year = '', month = '01', day = '01'] = match
  const begin = new Date(`${year}-${month}-${day}T00:00:00Z`)
  // JavaScript makes the 1st of March of a 30th of February.
  const exists =
    !Number.isNaN(begin.getTime()) && begin.toISOString().startsWith(`${year}-${month}-${day}`)
  return exists ? begin : undefined
}
