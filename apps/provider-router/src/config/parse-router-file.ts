import { checkReferences } from './check-references.ts'
import { describeIssues } from './describe-issues.ts'
import { interpolate } from './interpolate.ts'
import type { Problem, Surroundings } from './interpolate.ts'
import { RouterFile } from './router-file.ts'
import { readYaml } from './yaml-source.ts'
import type { Place, YamlSource } from './yaml-source.ts'

/** One mistake of the file. */
export interface FileProblem extends Place {
  /** `deployments.3.model: is missing`; without a path where the text is no YAML. */
  readonly message: string
}

/** The file cannot be used. Its message names every mistake, each with its line. */
export class RouterFileError extends Error {
  readonly problems: readonly string[]

  constructor(fileName: string, problems: readonly string[]) {
    super(`${fileName} is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'RouterFileError'
    this.problems = problems
  }
}

export type ExaminedRouterFile =
  | { readonly file: RouterFile; readonly source: YamlSource }
  | { readonly file: undefined; readonly problems: readonly FileProblem[] }

/**
 * YAML text → configuration, or all of its mistakes in the order of their places. They name keys of the file and texts
 * as it has them, never what a reference stands for, since that may be a key.
 */
export function examineRouterFile(text: string, surroundings: Surroundings): ExaminedRouterFile {
  const source = readYaml(text)
  if (source.mistakes.length > 0) {
    return { file: undefined, problems: firstOfEachLine(source.mistakes) }
  }
  const { value, problems } = interpolate(source.value, surroundings, isKey)
  const parsed = RouterFile.safeParse(value)
  const all = [
    ...problems,
    ...(parsed.success
      ? checkReferences(parsed.data, source.textAt)
      : describeIssues(parsed.error.issues, value)),
  ]
  if (parsed.success && all.length === 0) return { file: parsed.data, source }
  return { file: undefined, problems: placeProblems(all, source) }
}

/** In the order of their places. */
export function placeProblems(problems: readonly Problem[], source: YamlSource): FileProblem[] {
  return problems
    .map(({ path, part, message }) => ({
      ...source.placeOf(path, part),
      message: `${path.map(String).join('.') || 'the file'}: ${message}`,
    }))
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/**
 * As {@link examineRouterFile}.
 * @throws {RouterFileError} naming all mistakes as `line N, path: what`
 */
export function parseRouterFile(
  text: string,
  environment: Surroundings['environment'],
  fileName: string,
  files: Surroundings['files'] = new Map(),
): RouterFile {
  const examined = examineRouterFile(text, { environment, files })
  if (examined.file !== undefined) return examined.file
  throw new RouterFileError(
    fileName,
    examined.problems.map(({ line, message }) => `line ${line}, ${message}`),
  )
}

/** What a parser says after its first mistake in a line is mostly a consequence of it. */
function firstOfEachLine(mistakes: readonly FileProblem[]): FileProblem[] {
  const lines = new Set<number>()
  return mistakes.filter(({ line }) => !lines.has(line) && lines.add(line))
}

/** Only a provider's keys may be absent: it is then a provider without a key. */
function isKey(path: readonly PropertyKey[]): boolean {
  return path[0] === 'providers' && path[2] === 'keys'
}
