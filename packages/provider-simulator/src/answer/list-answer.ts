import type { SeededRandom } from './seeded-random.ts'

const lisbon = [
  [
    'Alfama and the castle of São Jorge',
    'Tram 28 to Graça and its viewpoint',
    'Fado in a small tavern',
  ],
  [
    'Belém: the tower and the monastery',
    'LX Factory by the river',
    'Dinner at the Time Out Market',
  ],
  [
    'Train to Sintra and the Pena palace',
    'Cabo da Roca, where the land ends',
    'Sunset at Santa Catarina',
  ],
]

const actions = [
  'Decide what a good result of {t} looks like',
  'Collect what you already know about {t}',
  'Try the smallest useful part of {t}',
  'Ask somebody who has done {t} before',
  'Write down what surprised you about {t}',
  'Leave time for what {t} will need later',
  'Check {t} once more with fresh eyes',
  'Keep what worked and drop the rest',
  'Compare the cost of {t} with its use',
]
const parts = ['Morning', 'Afternoon', 'Evening']
const numbers: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
}

/** A nested list: days with three parts where the prompt speaks of days, else numbered steps with points. */
export function listAnswer(
  prompt: string,
  random: SeededRandom,
  keywords: readonly string[],
): string {
  const days = /\b(\d|two|three|four|five|six|seven)[ -]days?\b/i.exec(prompt)?.[1]
  const subject = keywords.find((word) => /^[\p{Lu}]/u.test(word)) ?? keywords[0] ?? 'it'
  let pool: string[] = []
  const action = (): string => {
    if (pool.length === 0) pool = random.shuffled(actions)
    return (pool.pop() ?? '').replaceAll('{t}', subject)
  }
  if (days !== undefined) {
    const count = numbers[days.toLowerCase()] ?? Number(days)
    const plan = Array.from({ length: count }, (_, day) => {
      const stops = /lisbon/i.test(prompt) ? lisbon[day] : undefined
      const lines = parts.map((part, index) => `   - *${part}:* ${stops?.[index] ?? action()}`)
      return `${day + 1}. **Day ${day + 1}**\n${lines.join('\n')}`
    })
    return `${plan.join('\n')}\n\nSwap days freely: each stands alone, so the weather may decide.`
  }
  const steps = Array.from(
    { length: 4 },
    (_, step) => `${step + 1}. ${action()}\n   - ${action()}\n   - ${action()}`,
  )
  return `${steps.join('\n')}\n\nThe order matters less than finishing each step before the next.`
}
