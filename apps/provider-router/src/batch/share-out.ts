/**
 * A total in whole parts, in proportion to positive weights: each part is less than 1 from its exact share, and all of
 * them together are exactly the total. What is rounded is the sum so far, so that no rounding is ever lost.
 */
export function shareOut(total: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  let weight = 0
  let given = 0
  return weights.map((own) => {
    weight += own
    const part = Math.round((total * weight) / whole) - given
    given += part
    return part
  })
}
