import { isAbsolute } from 'node:path'

/** Something wrong at a path of the file; `part` says whether with the value there or with its key. */
export interface Problem {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly part?: 'value' | 'key'
}

/** What a file that a reference names holds, or why it cannot be had. */
export type FileContent = { readonly text: string } | { readonly failure: string }

/** Where references lead. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** By path: those that {@link referencedFiles} names. */
  readonly files: ReadonlyMap<string, FileContent>
}

type Reference = { readonly otherwise: string | undefined } & (
  | { readonly name: string }
  | { readonly file: string }
)

const REFERENCE = /\$\{([^}]*)\}/g

/**
 * Puts in what references stand for: `${NAME}` the environment's value, `${file:/path}` a file's text without the
 * white space at its end, each with `:-what else` before the brace. An empty one counts as absent. It works on parsed
 * values, so that what stands elsewhere can never become YAML.
 * @param mayBeAbsent for a path: a name without a value is an empty text there, and a problem anywhere else. A file
 * that is named is meant to be there, wherever it is named.
 */
export function interpolate(
  value: unknown,
  { environment, files }: Surroundings,
  mayBeAbsent: (path: readonly PropertyKey[]) => boolean,
): { value: unknown; problems: Problem[] } {
  const problems: Problem[] = []
  const resolve = (inside: string, path: readonly PropertyKey[]): string => {
    const report = (message: string): string => {
      problems.push({ path, message })
      return ''
    }
    const reference = parseReference(inside)
    if (reference === undefined) {
      return report('a reference is ${NAME}, ${NAME:-text} or ${file:/absolute/path}')
    }
    const { otherwise } = reference
    if ('name' in reference) {
      const given = environment[reference.name] ?? ''
      if (given !== '' || otherwise !== undefined || mayBeAbsent(path)) {
        return given === '' ? (otherwise ?? '') : given
      }
      return report(`${reference.name} is not set in the environment`)
    }
    const content = files.get(reference.file) ?? { failure: 'was not read' }
    const text = 'text' in content ? content.text.trimEnd() : ''
    if (text !== '' || otherwise !== undefined) return text === '' ? otherwise! : text
    return report(`${reference.file} ${'failure' in content ? content.failure : 'is empty'}`)
  }
  const replaced = mapTexts(value, (text, path) =>
    text.replaceAll(REFERENCE, (_whole, inside: string) => resolve(inside, path)),
  )
  return { value: replaced, problems }
}

/** The paths of all files that a parsed value refers to. */
export function referencedFiles(value: unknown): string[] {
  const paths = new Set<string>()
  mapTexts(value, (text) => {
    for (const [, inside] of text.matchAll(REFERENCE)) {
      const reference = parseReference(inside!)
      if (reference !== undefined && 'file' in reference) paths.add(reference.file)
    }
    return text
  })
  return [...paths]
}

/** Whether a text is what it says, rather than a reference to it. */
export function isLiteral(text: string): boolean {
  return text.search(REFERENCE) === -1
}

function parseReference(inside: string): Reference | undefined {
  const [, subject = '', otherwise] = /^(.*?)(?::-(.*))?$/s.exec(inside) ?? []
  if (/^[A-Z_][A-Z0-9_]*$/.test(subject)) return { name: subject, otherwise }
  const file = /^file:(.+)$/s.exec(subject)?.[1]
  return file !== undefined && isAbsolute(file) ? { file, otherwise } : undefined
}

function mapTexts(
  value: unknown,
  map: (text: string, path: readonly PropertyKey[]) => string,
  path: readonly PropertyKey[] = [],
): unknown {
  if (typeof value === 'string') return map(value, path)
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, map, [...path, index]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTexts(item, map, [...path, key])]),
  )
}
