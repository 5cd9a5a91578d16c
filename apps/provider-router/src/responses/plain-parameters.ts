import { asObject } from '../adapters/wire-value/read-value.ts'

/**
 * Parameters without OpenAI's mark on those that it seals from their caller, who hands them on to another agent: who
 * answers that one could not open them, and other providers do not know the mark.
 */
export function plainParameters<Schema extends Record<string, unknown> | null | undefined>(
  parameters: Schema,
): Schema {
  const properties = asObject(parameters?.['properties'])
  if (properties === undefined) return parameters
  if (!Object.values(properties).some(isSealed)) return parameters
  return { ...parameters, properties: mapped(properties) }
}

function mapped(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      if (!isSealed(schema)) return [name, schema]
      const { encrypted: _mark, ...rest } = schema
      return [name, rest]
    }),
  )
}

function isSealed(schema: unknown): schema is { encrypted: true } {
  return asObject(schema)?.['encrypted'] === true
}
