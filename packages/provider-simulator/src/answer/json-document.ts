import { isObject, listOf, objectOf, textOf } from './json-value.ts'
import type { JsonObject } from './json-value.ts'
import type { SeededRandom } from './seeded-random.ts'

export interface DocumentSource {
  random: SeededRandom
  keywords: readonly string[]
  /** What a free text field says. */
  sentence: string
}

const deepest = 12

/**
 * The smallest document that a JSON schema accepts: required properties only (all of them where none is required),
 * values taken from `const`, `enum`, `default`, the bounds, the format, or the prompt's words. OpenAPI's upper-case
 * types (Gemini) are read too; `pattern` is not.
 */
export function documentOf(schema: unknown, source: DocumentSource): unknown {
  return valueOf(schema, { source, root: objectOf(schema), name: '', depth: 0 })
}

interface Place {
  source: DocumentSource
  root: JsonObject
  /** The property the value is for. */
  name: string
  depth: number
}

function valueOf(schema: unknown, place: Place): unknown {
  const node = resolved(objectOf(schema), place.root)
  if ('const' in node) return node['const']
  const choices = listOf(node['enum'])
  if (choices.length > 0) return place.source.random.pick(choices)
  const alternatives = [node['anyOf'], node['oneOf']].flatMap(listOf)
  if (alternatives.length > 0) return valueOf(simplest(alternatives, place), deeper(place))
  const parts = listOf(node['allOf'])
  if (parts.length > 0) {
    return Object.assign({}, ...parts.map((part) => objectOf(valueOf(part, deeper(place)))))
  }
  switch (typeOf(node)) {
    case 'object':
      return objectFor(node, place)
    case 'array':
      return arrayFor(node, place)
    case 'integer':
    case 'number':
      return numberFor(node, place)
    case 'boolean':
      return 'default' in node ? node['default'] : place.source.random.below(2) === 1
    case 'null':
      return null
    default:
      return stringFor(node, place)
  }
}

function deeper(place: Place): Place {
  return { ...place, depth: place.depth + 1 }
}

function resolved(node: JsonObject, root: JsonObject): JsonObject {
  let current = node
  for (let hops = 0; hops < 8 && typeof current['$ref'] === 'string'; hops += 1) {
    const path = current['$ref'].replace(/^#\/?/, '').split('/').filter(Boolean)
    current = path.reduce<JsonObject>((inner, key) => objectOf(inner[key]), root)
  }
  return current
}

// A schema that refers to itself ends by the alternative that does not go deeper.
function simplest(alternatives: unknown[], place: Place): unknown {
  const first = alternatives.find((option) => typeOf(objectOf(option)) !== 'null')
  if (place.depth < deepest / 2) return first ?? alternatives[0]
  return alternatives.find((option) => typeOf(objectOf(option)) === 'null') ?? alternatives.at(-1)
}

function typeOf(node: JsonObject): string {
  const type = Array.isArray(node['type'])
    ? node['type'].find((name) => name !== 'null')
    : node['type']
  if (typeof type === 'string') return type.toLowerCase()
  if (isObject(node['properties'])) return 'object'
  return 'items' in node ? 'array' : 'string'
}

function objectFor(node: JsonObject, place: Place): JsonObject {
  if (place.depth > deepest) return {}
  const properties = objectOf(node['properties'])
  const required = listOf(node['required']).filter((name) => typeof name === 'string')
  const names = required.length > 0 ? required : Object.keys(properties)
  return Object.fromEntries(
    names.map((name) => [name, valueOf(properties[name], { ...deeper(place), name })]),
  )
}

function arrayFor(node: JsonObject, place: Place): unknown[] {
  if (place.depth > deepest) return []
  const least = typeof node['minItems'] === 'number' ? node['minItems'] : 1
  return Array.from({ length: Math.min(least, 100) }, () => valueOf(node['items'], deeper(place)))
}

function numberFor(node: JsonObject, place: Place): number {
  if (typeof node['default'] === 'number') return node['default']
  const exclusiveLow = node['exclusiveMinimum']
  const low =
    typeof node['minimum'] === 'number'
      ? node['minimum']
      : typeof exclusiveLow === 'number'
        ? exclusiveLow + 1
        : undefined
  const high = typeof node['maximum'] === 'number' ? node['maximum'] : undefined
  if (low !== undefined) return high === undefined ? low : Math.min(low + 1, high)
  if (high !== undefined) return Math.min(high, 1)
  return 1 + place.source.random.below(9)
}

const formats = new Map(
  Object.entries({
    'date-time': '2026-01-15T09:30:00Z',
    date: '2026-01-15',
    time: '09:30:00Z',
    email: 'someone@example.com',
    uri: 'https://example.com/',
    uuid: '0198f3c2-7c1e-7a5b-9d3e-2f4a6b8c0d1e',
  }),
)

function stringFor(node: JsonObject, place: Place): string {
  if (typeof node['default'] === 'string') return node['default']
  const formatted = formats.get(textOf(node['format']))
  if (formatted !== undefined) return formatted
  const { keywords, sentence } = place.source
  const proper = keywords.filter((word) => /^\p{Lu}/u.test(word))
  const text = /city|location|place|country|name|title|subject/i.test(place.name)
    ? (proper.at(-1) ?? keywords[0] ?? 'Lisbon')
    : /query|search|topic|term|keyword/i.test(place.name)
      ? keywords.slice(0, 4).join(' ') || 'anything'
      : sentence
  const longest = typeof node['maxLength'] === 'number' ? node['maxLength'] : undefined
  const shortest = typeof node['minLength'] === 'number' ? node['minLength'] : 0
  return text.padEnd(shortest, '.').slice(0, longest)
}
