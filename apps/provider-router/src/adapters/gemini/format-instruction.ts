import type { ProviderCall } from '../provider-adapter.ts'
import { offeredTools } from '../wire-value/offered-tools.ts'

/** Models before Gemini 3 refuse a format for the answer beside tools: then it is asked for in words. */
export function takesFormat({ request, target }: ProviderCall): boolean {
  return offeredTools(request).tools.length === 0 || !/^gemini-[12]/.test(target.model)
}

/** Empty where nothing has to be said. */
export function formatInstruction(call: ProviderCall): string {
  const format = call.request.response_format
  if (format == null || format.type === 'text' || takesFormat(call)) return ''
  const only = 'Answer with one JSON object and nothing else: no words around it, no code fence.'
  if (format.type === 'json_object') return only
  return `${only} It fits this JSON Schema: ${JSON.stringify(format.json_schema.schema ?? {})}`
}
