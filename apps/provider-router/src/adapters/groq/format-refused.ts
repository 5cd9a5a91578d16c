import type { ProviderCall } from '../provider-adapter.ts'
import { formatInWords } from '../wire-value/format-in-words.ts'

const ABOUT_FORMAT = /response[ _]format|json[ _]schema|json mode|structured output/i

/**
 * A call that was refused for its format, once more with the format in words. Which of Groq's models take a schema,
 * which words of it, and beside what, changes by the month; what it refuses costs nothing.
 * @returns undefined where it was refused for something else
 */
export function withoutRefusedFormat(
  call: ProviderCall,
  thrown: unknown,
): ProviderCall | undefined {
  const { response_format: format, ...request } = call.request
  if (format == null || format.type === 'text') return undefined
  const { status, message } = thrown as { status?: unknown; message?: unknown }
  if (status !== 400 || !ABOUT_FORMAT.test(String(message))) return undefined
  // What the model said was no JSON: it was asked for it, and may be asked again.
  if (/failed_generation|json_validate_failed/.test(String(message))) return undefined
  const asked = { role: 'system' as const, content: formatInWords(format) }
  return { ...call, request: { ...request, messages: [asked, ...request.messages] } }
}
