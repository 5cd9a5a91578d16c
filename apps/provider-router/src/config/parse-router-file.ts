import { LineCounter, isNode, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { checkReferences } from './check-references.ts'
import { interpolate } from './interpolate.ts'
import type { Problem } from './interpolate.ts'
import { RouterFile } from './router-file.ts'

/** The file cannot be used. Its message names every mistake, each with its line. */
export class RouterFileError extends Error {
  readonly problems: readonly string[]

  constructor(fileName: string, problems: readonly string[]) {
    super(`${fileName} is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'RouterFileError'
    this.problems = problems
  }
}

/**
 * YAML text → configuration.
 * @throws {RouterFileError} naming all mistakes as `line N, path: what`; never a value, since it may be a key
 */
export function parseRouterFile(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  fileName: string,
): RouterFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    throw new RouterFileError(
      fileName,
      document.errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message}`),
    )
  }
  const fail = (problems: readonly Problem[]): never => {
    throw new RouterFileError(
      fileName,
      problems.map(({ path, message }) => {
        const where = path.map(String).join('.') || 'the file'
        return `line ${lineOf(document, lines, path)}, ${where}: ${message}`
      }),
    )
  }
  const { value, problems } = interpolate(document.toJS(), environment, isKey)
  const parsed = RouterFile.safeParse(value)
  if (!parsed.success) return fail([...problems, ...parsed.error.issues])
  const all = [...problems, ...checkReferences(parsed.data)]
  return all.length > 0 ? fail(all) : parsed.data
}

/** Only a provider's keys may be absent: it is then a provider without a key. */
function isKey(path: readonly PropertyKey[]): boolean {
  return path[0] === 'providers' && path[2] === 'keys'
}

/** The line of the deepest part of `path` that is in the document. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range != null) return lines.linePos(node.range[0]).line
  }
  return 1
}
