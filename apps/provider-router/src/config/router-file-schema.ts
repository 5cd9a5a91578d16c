import { z } from 'zod'
import { RouterFile } from './router-file.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * The JSON schema of the file as a person writes it, for editors. Draft 7, since that is what YAML editors know best.
 * A `${…}` is valid wherever a text is.
 */
export function routerFileSchema(): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(RouterFile, { target: 'draft-7', io: 'input' })
  return {
    $schema,
    title: 'The configuration of Brainlyx’s provider-router',
    ...(acceptReferences(schema) as JsonSchema),
  }
}

/** Which keys may stand at a path of the file, for suggesting one. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  const found = path.reduce<unknown>((schema, key) => {
    const { properties, additionalProperties, items } = mappingOf(schema)
    if (typeof key === 'number') return items
    return (properties as JsonSchema | undefined)?.[String(key)] ?? additionalProperties
  }, routerFileSchema())
  return Object.keys(mappingOf(found)['properties'] ?? {})
}

/** Of alternatives, the one that has keys. */
function mappingOf(schema: unknown): JsonSchema {
  const { anyOf, ...plain } = (schema ?? {}) as JsonSchema
  const alternatives = (anyOf ?? []) as readonly JsonSchema[]
  return alternatives.find((alternative) => alternative['type'] === 'object') ?? plain
}

const A_REFERENCE = { type: 'string', pattern: '\\$\\{[^}]+\\}' }

/** Names of keys stay as they are: nothing is put into those. */
function acceptReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(acceptReferences)
  if (typeof schema !== 'object' || schema === null) return schema
  const { type, pattern, enum: choice, ...rest } = schema as JsonSchema
  if (type === 'string' && (pattern !== undefined || choice !== undefined)) {
    const literal = { type, ...(choice === undefined ? { pattern } : { enum: choice }) }
    return { ...rest, anyOf: [literal, A_REFERENCE] }
  }
  return Object.fromEntries(
    Object.entries(schema).map(([key, inner]) => [
      key,
      key === 'propertyNames' ? inner : acceptReferences(inner),
    ]),
  )
}
