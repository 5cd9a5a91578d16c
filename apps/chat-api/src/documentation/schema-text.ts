import { html } from './html.ts'
import type { Html } from './html.ts'

export type Schema = Record<string, unknown>

/** What a schema allows, in a few words, with links to the schemas that it names. */
export function typeOf(schema: Schema): Html {
  const { $ref: reference, const: constant, enum: values, type, format } = schema
  if (typeof reference === 'string') {
    const name = reference.split('/').at(-1) ?? ''
    return html`<a href="#schema-${name}">${name}</a>`
  }
  const variants = (schema['oneOf'] ?? schema['anyOf']) as Schema[] | undefined
  if (variants !== undefined) return joined(variants.map(typeOf), ' or ')
  if (constant !== undefined) return html`<code>${JSON.stringify(constant)}</code>`
  if (Array.isArray(values))
    return joined(
      values.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      ', ',
    )
  if (type === 'array') return html`list of ${typeOf((schema['items'] ?? {}) as Schema)}`
  if (type === 'object')
    return joined(
      schemaRows(schema).map((row) => html`${row.name}: ${row.type}`),
      ', ',
    )
  const name = Array.isArray(type)
    ? type.join(' or ')
    : typeof type === 'string'
      ? type
      : 'anything'
  return html`${[name, typeof format === 'string' ? ` (${format})` : '', limits(schema)]}`
}

export interface SchemaRow {
  readonly name: string
  readonly required: boolean
  readonly type: Html
}

/** An object's fields; none for any other schema. */
export function schemaRows(schema: Schema): SchemaRow[] {
  const required = (schema['required'] ?? []) as string[]
  return Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).map(
    ([name, field]) => ({
      name,
      required: required.includes(name),
      type: typeOf(field),
    }),
  )
}

function limits(schema: Schema): string {
  const { maxLength, minLength, default: fallback } = schema
  const from = (minLength ?? schema['minimum'] ?? 0) as number
  const to = (maxLength ?? schema['maximum']) as number | undefined
  const unit = maxLength === undefined && minLength === undefined ? '' : ' characters'
  // Integers are bounded by what JSON can carry, which says nothing to a reader.
  const bounds =
    to === undefined || to === Number.MAX_SAFE_INTEGER ? '' : `, ${from} to ${to}${unit}`
  return `${bounds}${fallback === undefined ? '' : `, default ${JSON.stringify(fallback)}`}`
}

function joined(parts: readonly Html[], separator: string): Html {
  return html`${parts.map((part, index) => html`${index === 0 ? '' : separator}${part}`)}`
}
