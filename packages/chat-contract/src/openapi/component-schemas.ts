import { z } from 'zod'
import * as apiKey from '../api-key.ts'
import * as account from '../account.ts'
import * as announcement from '../announcement.ts'
import * as chat from '../chat.ts'
import * as dataRequest from '../data-request.ts'
import * as failure from '../failure.ts'
import * as identifier from '../identifier.ts'
import * as installationOverview from '../installation-overview.ts'
import * as message from '../message.ts'
import * as model from '../model.ts'
import * as problem from '../problem.ts'
import * as providerSettings from '../provider-settings.ts'
import * as search from '../search.ts'
import * as session from '../session.ts'
import * as turnFrame from '../turn-frame.ts'
import * as turn from '../turn.ts'
import * as userAdministration from '../user-administration.ts'

export type JsonSchema = Record<string, unknown>

const modules = [
  identifier,
  problem,
  session,
  account,
  message,
  chat,
  search,
  turn,
  turnFrame,
  model,
  providerSettings,
  dataRequest,
  apiKey,
  announcement,
  userAdministration,
  installationOverview,
  failure,
]

/** The name of each exported schema, so that the document refers to it by the name people read in the source. */
const names = new Map<z.ZodType, string>()
for (const module of modules) {
  for (const [name, value] of Object.entries(module)) {
    if (value instanceof z.ZodType) names.set(value, name)
  }
}

const reference = (name: string): string => `#/components/schemas/${name}`

/** A reference where the schema has a name, else the schema itself. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const name = names.get(schema)
  return name === undefined ? plain(z.toJSONSchema(schema)) : { $ref: reference(name) }
}

/** Every named schema: `…Input` as a client may write it, the rest as the server sends it. */
export function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [schema, name] of names) registry.add(schema, { id: name })
  const options = { uri: reference }
  const input = z.toJSONSchema(registry, { ...options, io: 'input' }).schemas
  const output = z.toJSONSchema(registry, { ...options, io: 'output' }).schemas
  const all = Object.keys(output).toSorted()
  return Object.fromEntries(
    all.map((name) => [
      name,
      plain((name.endsWith('Input') ? input[name] : output[name]) as JsonSchema),
    ]),
  )
}

/**
 * Without the keywords that OpenAPI states elsewhere, and without `additionalProperties: false`: responses gain fields
 * over time, and clients must not break on them.
 */
function plain(schema: JsonSchema): JsonSchema {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .filter(
          ([key, inner]) =>
            !['$schema', '$id'].includes(key) &&
            !(key === 'additionalProperties' && inner === false),
        )
        .map(([key, inner]) => [key, strip(inner)]),
    )
  }
  return strip(schema) as JsonSchema
}
