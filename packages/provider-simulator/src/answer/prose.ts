import type { SeededRandom } from './seeded-random.ts'

const openings = [
  'A useful way into {a} is to look at what changes and what stays the same.',
  'Most of what matters about {a} fits into a handful of plain observations.',
  'People usually meet {a} in practice long before they meet the theory behind it.',
  'It helps to take {a} apart before putting it together again.',
  'There are two honest ways to approach {a}, and they meet in the middle.',
  'Start with the smallest version of {a} that still deserves the name.',
]

const middles = [
  'The first thing to notice is how much depends on {b}, even where nobody mentions it.',
  'Once {a} is in place, {b} stops being a detail and begins to set the pace.',
  'A careful reader will ask what happens to {b} when the conditions change.',
  'Small differences in {b} add up, which is why experience counts for so much here.',
  'The usual mistake is to treat {a} and {b} as one question when they are two.',
  'Whoever has worked with {b} for a while learns to watch the edges rather than the centre.',
  'In quiet times {a} looks after itself; under pressure {b} shows where the weak point was.',
  'It is worth writing down what you expect from {b} before you measure it.',
  'None of this needs special equipment, only patience and a clear idea of {a}.',
  'A simple drawing of how {a} touches {b} often answers more than a page of text.',
  'The details differ from place to place, yet the pattern behind {b} is remarkably stable.',
  'If two explanations of {a} compete, prefer the one that also explains {b}.',
  'Costs deserve a sentence too: time spent on {b} early is repaid with interest later.',
  'Some of it is habit, some of it is physics, and some of it is {b}.',
  'Seen from further away, {a} is one example of a much older idea.',
  'When in doubt, change one thing about {b} at a time and keep notes.',
  'That is also the reason why beginners and experts describe {a} so differently.',
  'A good test is to explain {b} to somebody who has never heard of it.',
]

const closings = [
  'In short: begin with {a}, keep an eye on {b}, and adjust as you learn.',
  'If you want to go further, ask about {b} and we can take that part by itself.',
  'That is the outline; the interesting part is what {a} looks like in your own case.',
  'Keep these few points in mind and the rest of {a} will follow.',
]

/** Sentences about the keywords, at least `words` of them in two or more paragraphs; no sentence twice. */
export function prose(random: SeededRandom, keywords: readonly string[], words: number): string {
  const subjects = keywords.length > 0 ? keywords : ['this question']
  const fill = (template: string): string => {
    const a = random.pick(subjects)
    const others = subjects.filter((subject) => subject !== a)
    const b = others.length > 0 ? random.pick(others) : 'the surroundings'
    return template.replaceAll('{a}', a).replaceAll('{b}', b)
  }
  const paragraphs: string[][] = [[fill(random.pick(openings))]]
  let written = wordsIn(paragraphs[0]?.[0] ?? '')
  let pool = random.shuffled(middles)
  while (written < words) {
    if (pool.length === 0) pool = random.shuffled(middles)
    const sentence = fill(pool.pop() ?? '')
    written += wordsIn(sentence)
    const last = paragraphs.at(-1)
    if (last === undefined || last.length >= 4) paragraphs.push([sentence])
    else last.push(sentence)
  }
  paragraphs.push([fill(random.pick(closings))])
  return paragraphs.map((sentences) => sentences.join(' ')).join('\n\n')
}

function wordsIn(sentence: string): number {
  return sentence.split(' ').length
}
