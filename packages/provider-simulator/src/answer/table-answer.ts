import type { SeededRandom } from './seeded-random.ts'
import { quoteOf } from './topic.ts'

const databases: Readonly<Record<string, readonly string[]>> = {
  PostgreSQL: [
    'Server with one process a connection',
    'PostgreSQL licence',
    'MVCC',
    'Rich types, extensions',
  ],
  MySQL: [
    'Server with one thread a connection',
    'GPL or commercial',
    'MVCC (InnoDB)',
    'Web applications',
  ],
  SQLite: [
    'Library inside your program',
    'Public domain',
    'One writer at a time',
    'Devices, tests, files',
  ],
  MariaDB: ['Server with a thread pool', 'GPL', 'MVCC (InnoDB)', 'Web applications'],
}
const databaseAspects = ['Runs as', 'Licence', 'Concurrency', 'Best for']

const aspects = ['Effort to begin', 'Room to grow', 'Day-to-day cost', 'Community', 'Surprises']
const grades = ['low', 'moderate', 'high', 'varies', 'very good', 'fair']

/** A GFM table with a column for each thing the prompt compares, and one sentence on how to read it. */
export function tableAnswer(prompt: string, random: SeededRandom): string {
  const items = comparedItems(prompt)
  const known = items.every((item) => Object.hasOwn(databases, item))
  const rows = known
    ? databaseAspects.map((aspect, row) => [
        aspect,
        ...items.map((item) => databases[item]?.[row] ?? ''),
      ])
    : aspects.map((aspect) => [aspect, ...items.map(() => random.pick(grades))])
  const lines = [
    `| | ${items.join(' | ')} |`,
    `|---|${items.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| **${row[0]}** | ${row.slice(1).join(' | ')} |`),
  ]
  const favourite = random.pick(items)
  return `${lines.join('\n')}

Read it row by row rather than column by column: each row is one decision. Where two columns look alike, **${favourite}** is a fair default, and the row that matters most to you should break the tie.`
}

function comparedItems(prompt: string): string[] {
  const text = quoteOf(prompt, 300).replace(/[.?!:]/g, ' , ')
  const list =
    /((?:[^\s,]+(?: [^\s,]+)?, )*[^\s,]+(?: [^\s,]+)?),? (?:and|or|versus|vs) ([^\s,]+)/i.exec(text)
  if (list === null) return ['First option', 'Second option']
  const items = `${list[1]}, ${list[2]}`
    .split(',')
    .map((item) => item.replace(/\b(compare|between|table|of|the)\b/gi, '').trim())
    .filter((item) => item !== '')
  return items.length > 1 ? items.slice(0, 5) : ['First option', 'Second option']
}
