import type { SeededRandom } from './seeded-random.ts'

/** A quadratic equation with whole solutions, solved step by step with formulas in LaTeX. */
export function mathAnswer(random: SeededRandom): string {
  const first = 1 + random.below(6)
  const second = 7 + random.below(6)
  const sum = first + second
  const product = first * second
  return `Take an example of the same kind:

$$x^2 - ${sum}x + ${product} = 0$$

1. Look for two numbers whose sum is ${sum} and whose product is ${product}: they are ${first} and ${second}.
2. So the left side factors into $(x - ${first})(x - ${second})$.
3. A product is zero when one of its factors is, hence $x = ${first}$ or $x = ${second}$.

**Check:** $${first}^2 - ${sum} \\cdot ${first} + ${product} = ${first * first - sum * first + product}$.`
}
