export interface Problem {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

const REFERENCE = /\$\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\}/g

/**
 * Puts the environment's values where a text says `${NAME}` or `${NAME:-what else}`; an empty value counts as absent.
 * It works on parsed values, so that what the environment holds can never become YAML.
 * @param mayBeAbsent for a path: a name without a value is an empty text there, and a problem anywhere else
 */
export function interpolate(
  value: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  mayBeAbsent: (path: readonly PropertyKey[]) => boolean,
): { value: unknown; problems: Problem[] } {
  const problems: Problem[] = []
  const walk = (node: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof node === 'string') {
      return node.replaceAll(REFERENCE, (_whole, name: string, otherwise: string | undefined) => {
        const given = environment[name]
        if (given !== undefined && given !== '') return given
        if (otherwise === undefined && !mayBeAbsent(path)) {
          problems.push({ path, message: `${name} is not set in the environment` })
        }
        return otherwise ?? ''
      })
    }
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, index]))
    if (typeof node === 'object' && node !== null) {
      return Object.fromEntries(
        Object.entries(node).map(([key, item]) => [key, walk(item, [...path, key])]),
      )
    }
    return node
  }
  return { value: walk(value, []), problems }
}
