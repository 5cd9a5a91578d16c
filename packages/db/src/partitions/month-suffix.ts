/** What ends the name of a month's partitions: `y2026m11`. `ahead`: of so many months after the one of `time`. */
export function monthSuffix(time: Date, ahead = 0): string {
  const month = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + ahead, 1))
  return `y${month.getUTCFullYear()}m${String(month.getUTCMonth() + 1).padStart(2, '0')}`
}
