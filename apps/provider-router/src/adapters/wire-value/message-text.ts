import { asString } from './read-value.ts'

type Content =
  | string
  | readonly { readonly type: string; readonly text?: unknown; readonly refusal?: unknown }[]
  | null
  | undefined

/** The text of an OpenAI-shaped content, whose parts of other kinds are left out. */
export function textOfContent(content: Content): string {
  if (content == null) return ''
  if (typeof content === 'string') return content
  return content.map((part) => asString(part.text ?? part.refusal) ?? '').join('')
}

/** What an assistant said, for providers to whom declining is text like any other. */
export function assistantText(message: { content?: Content; refusal?: string | null }): string {
  const text = textOfContent(message.content)
  return text === '' ? (message.refusal ?? '') : text
}

/** A tool call's arguments as an object; what is no JSON object stands under `input`. */
export function argumentsObject(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
  } catch {
    // A model may have been cut off in the middle of its JSON.
  }
  return { input: text }
}
