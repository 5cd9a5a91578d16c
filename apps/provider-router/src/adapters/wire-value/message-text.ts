/** The text of an OpenAI-shaped content, whose parts of other kinds are left out. */
export function textOfContent(
  content:
    | string
    | readonly { readonly type: string; readonly text?: unknown }[]
    | null
    | undefined,
): string {
  if (content == null) return ''
  if (typeof content === 'string') return content
  return content.map((part) => (typeof part.text === 'string' ? part.text : '')).join('')
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
