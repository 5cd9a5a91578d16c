import type Anthropic from '@anthropic-ai/sdk'
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema'
import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { formatInWords } from '../wire-value/format-in-words.ts'

type Effort = Anthropic.OutputConfig['effort']

/** A schema for the answer, and how hard to work on it. */
export function outputOptions(
  request: ChatCompletionRequest,
  effort: Effort,
): { output_config?: Anthropic.OutputConfig } {
  const asked = request.response_format
  const schema = asked?.type === 'json_schema' ? asked.json_schema.schema : undefined
  const output: Anthropic.OutputConfig = {
    ...(effort == null ? {} : { effort }),
    ...(schema == null ? {} : { format: { type: 'json_schema', schema: takenSchema(schema) } }),
  }
  return Object.keys(output).length === 0 ? {} : { output_config: output }
}

/**
 * Anthropic refuses words of JSON Schema that OpenAI takes (`minimum`, `maxLength`, an object that stays open). Its SDK
 * knows which, and turns them into descriptions; it does not know draft 7's `definitions`.
 */
function takenSchema(schema: Record<string, unknown>): Record<string, unknown> {
  if ('definitions' in schema) return schema
  try {
    return transformJSONSchema(schema)
  } catch {
    // It has no type: what that means is for Anthropic to say.
    return schema
  }
}

/** There is no mode for JSON without a schema; OpenAI wants the word in the prompt, so the model knows already. */
export function formatInstruction(request: ChatCompletionRequest): Anthropic.TextBlockParam[] {
  const format = request.response_format
  return format?.type === 'json_object' ? [{ type: 'text', text: formatInWords(format) }] : []
}
