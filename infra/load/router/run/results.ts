import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'

const folder = new URL('../../results/', import.meta.url)

export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Such as `>= 4`; null: only told. */
  readonly goal: string | null
  readonly met: boolean | null
}

type Goal = { readonly atLeast: number } | { readonly atMost: number }

export function row(name: string, value: number, unit: string, goal?: Goal): Row {
  const shown = rounded(value)
  if (goal === undefined) return { name, value: shown, unit, goal: null, met: null }
  return 'atLeast' in goal
    ? { name, value: shown, unit, goal: `>= ${goal.atLeast}`, met: value >= goal.atLeast }
    : { name, value: shown, unit, goal: `<= ${goal.atMost}`, met: value <= goal.atMost }
}

export interface Results {
  readonly rows: readonly Row[]
  /** Those to print; absent: all. */
  readonly printed?: readonly Row[]
  /** More lists beside the rows, such as the cells of a table. */
  readonly details?: Readonly<Record<string, readonly object[]>>
  /** Drawn beside the figures. */
  readonly chart?: string
}

/** Keeps the figures in `results/<bench>.json`, one row a line, and the chart beside them. */
export function writeResults(bench: string, { rows, details = {}, chart }: Results): void {
  const facts = {
    bench,
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim(),
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
  }
  const members = [
    ...Object.entries(facts).map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`),
    ...Object.entries({ rows, ...details }).map(([key, list]) => `  "${key}": ${linesOf(list)}`),
  ]
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${bench}.json`, folder), `{\n${members.join(',\n')}\n}\n`)
  if (chart !== undefined) writeFileSync(new URL(`${bench}.svg`, folder), chart)
}

function linesOf(list: readonly object[]): string {
  return `[\n${list.map((each) => `    ${JSON.stringify(each, (_, value: unknown) => (typeof value === 'number' ? rounded(value) : value))}`).join(',\n')}\n  ]`
}

/** Counts stay as they are. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4))
}
