import type { ResponseFormat } from '@brainlyx/router-contract'

/** A format for the answer as a prompt, for models that take none, or none beside what else is asked. */
export function formatInWords(format: ResponseFormat): string {
  if (format.type === 'text') return ''
  const only = 'Answer with one JSON object and nothing else: no words around it, no code fence.'
  if (format.type === 'json_object') return only
  return `${only} It fits this JSON Schema: ${JSON.stringify(format.json_schema.schema ?? {})}`
}
