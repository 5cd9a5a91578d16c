import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document, Node, YAMLError } from 'yaml'

/** Both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A YAML text, and where in it everything is. */
export interface YamlSource {
  /** As written: no reference is replaced. undefined where there are mistakes. */
  readonly value: unknown
  readonly mistakes: readonly (Place & { readonly message: string })[]
  /** The text at a path, as written; empty where there is none. */
  textAt(path: readonly PropertyKey[]): string
  /** Where the value at a path begins, or its key; of what is absent: where it belongs. */
  placeOf(path: readonly PropertyKey[], part?: 'value' | 'key'): Place
}

export function readYaml(text: string): YamlSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  // An unknown tag is only a warning to the parser; here it would leave a text where something else was meant.
  const mistakes = [...document.errors, ...document.warnings].map((error) => ({
    ...placeAt(error.pos[0]),
    message: messageOf(error),
  }))
  const value = mistakes.length > 0 ? undefined : plainValue(document)
  if (value instanceof ReferenceError) {
    mistakes.push({ line: 1, column: 1, message: 'an alias leads nowhere, or too far' })
  }
  return {
    value: mistakes.length > 0 ? undefined : value,
    mistakes,
    textAt: (path) => {
      const found = path.reduce<unknown>(
        (node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key],
        value,
      )
      return typeof found === 'string' ? found : ''
    },
    placeOf: (path, part = 'value') => placeAt(offsetOf(document, path, part)),
  }
}

/** A parser's sentence without the piece of the file that some of them end with: it may be a key. */
function messageOf({ code, message }: YAMLError): string {
  if (code === 'DUPLICATE_KEY') return 'this key is already there'
  if (code === 'MULTIPLE_DOCS') return 'a second document begins'
  return message.replace(/: ".*$/s, '')
}

/** Aliases are resolved here: one without its anchor, or a nest of them that would fill the memory, is an error. */
function plainValue(document: Document): unknown {
  try {
    return document.toJS()
  } catch (error) {
    if (error instanceof ReferenceError) return error
    throw error
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[], part: 'value' | 'key'): number {
  let node = document.contents
  let keyOffset = node?.range?.[0] ?? 0
  for (const key of path) {
    const found = childOf(isAlias(node) ? node.resolve(document) : node, key)
    if (found === undefined) return keyOffset
    keyOffset = found.keyOffset
    node = found.node
  }
  return part === 'key' ? keyOffset : (node?.range?.[0] ?? keyOffset)
}

function childOf(
  parent: unknown,
  key: PropertyKey,
): { node: Node | null; keyOffset: number } | undefined {
  if (isSeq<Node>(parent)) {
    const node = parent.items[Number(key)]
    return node === undefined ? undefined : { node, keyOffset: node.range?.[0] ?? 0 }
  }
  if (!isMap<Node, Node | null>(parent)) return undefined
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
  return pair === undefined ? undefined : { node: pair.value, keyOffset: pair.key.range?.[0] ?? 0 }
}
