import type { SeededRandom } from './seeded-random.ts'

const languages: readonly [pattern: RegExp, fence: string][] = [
  [/\bpython\b/i, 'python'],
  [/\bjavascript\b/i, 'js'],
  [/\bsql\b/i, 'sql'],
  [/\b(bash|shell)\b/i, 'bash'],
  [/\brust\b/i, 'rust'],
  [/\bgolang\b/i, 'go'],
]

const debounce = `export function debounce<Arguments extends unknown[]>(
  action: (...values: Arguments) => void,
  waitMs: number,
): (...values: Arguments) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (...values) => {
    clearTimeout(timer)
    timer = setTimeout(() => action(...values), waitMs)
  }
}

const save = debounce((text: string) => console.log('saved', text), 300)
save('a')
save('ab') // only this one is written, 300 ms later`

const programs: Readonly<Record<string, (name: string) => string>> = {
  ts: (name) => `export function ${name}(values: readonly number[]): number {
  let best = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value > best) best = value
  }
  return best
}

console.log(${name}([3, 1, 4, 1, 5])) // 5`,
  js: (name) => `export function ${name}(text) {
  const counts = new Map()
  for (const word of text.split(/\\s+/)) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

console.log(${name}('to be or not to be').get('be')) // 2`,
  python: (name) => `def ${name}(values: list[int]) -> list[int]:
    """Returns the values in order, each once."""
    seen: set[int] = set()
    result = []
    for value in sorted(values):
        if value not in seen:
            seen.add(value)
            result.append(value)
    return result


print(${name}([3, 1, 3, 2]))  # [1, 2, 3]`,
  sql: (name) => `SELECT customer_id, count(*) AS orders, max(created_at) AS latest
FROM ${name}
WHERE created_at >= DATE '2026-01-01'
GROUP BY customer_id
HAVING count(*) > 3
ORDER BY orders DESC
LIMIT 20;`,
  bash: (name) => `#!/usr/bin/env bash
set -euo pipefail

${name}() {
  local folder="$1"
  find "$folder" -type f -name '*.log' -mtime +7 -print
}

${name} "\${1:-.}"`,
  rust: (name) => `fn ${name}(values: &[i64]) -> Option<i64> {
    values.iter().copied().max()
}

fn main() {
    println!("{:?}", ${name}(&[3, 1, 4])); // Some(4)
}`,
  go: (name) => `func ${name}(values []int) int {
\tbest := values[0]
\tfor _, value := range values[1:] {
\t\tif value > best {
\t\t\tbest = value
\t\t}
\t}
\treturn best
}`,
}

/** A fenced program in the language the prompt names, TypeScript where it names none, and how it works. */
export function codeAnswer(
  prompt: string,
  random: SeededRandom,
  keywords: readonly string[],
): string {
  const fence = languages.find(([pattern]) => pattern.test(prompt))?.[1] ?? 'ts'
  if (/debounc/i.test(prompt) && fence === 'ts') {
    return `${block('ts', debounce)}

How it works:

1. **One timer.** Each call clears the timer of the call before, so only the last call of a burst survives.
2. **The arguments of the last call win.** They are captured by the closure and given to \`action\` when the time is over.
3. **The types follow.** \`Arguments\` is inferred, so the debounced function takes exactly what \`action\` takes.

Choose \`waitMs\` by what a person notices: about 150 ms for a search box, 300 ms or more for saving.`
  }
  const name = functionName(keywords, fence)
  const program = programs[fence] ?? programs['ts']
  const remark = random.pick([
    'It runs in linear time and keeps nothing between calls.',
    'It is written for reading first; measure before making it faster.',
    'Every line has one job, so a test can point at the one that is wrong.',
  ])
  return `${block(fence, program?.(name) ?? '')}

How it works:

- **Input** comes in once and is never changed.
- **The loop** looks at every element exactly once.
- **The result** is \`${name}\`'s only way out, which keeps it easy to test.

${remark}`
}

function block(fence: string, program: string): string {
  return `\`\`\`${fence}\n${program}\n\`\`\``
}

function functionName(keywords: readonly string[], fence: string): string {
  const words = keywords
    .filter((word) => /^[a-z]+$/i.test(word) && !/^(code|function|typescript|python)$/i.test(word))
    .slice(0, 2)
    .map((word) => word.toLowerCase())
  if (words.length === 0) return 'example'
  if (fence === 'ts' || fence === 'js' || fence === 'go') {
    return words.map((word, index) => (index === 0 ? word : capitalised(word))).join('')
  }
  return words.join('_')
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
