/** A provider's error object, whichever way it was wrapped. */
export type ErrorObject = Record<string, unknown>

/**
 * Finds the error object in a body: `{ error: {…} }`, Anthropic's `{ type: 'error', error: {…} }`, a list of one
 * (Gemini), a plain string, or any of these as JSON text, once or twice over.
 */
export function errorObjectOf(body: unknown): ErrorObject | undefined {
  if (typeof body === 'string') {
    try {
      return errorObjectOf(JSON.parse(body))
    } catch {
      return undefined
    }
  }
  if (Array.isArray(body)) return errorObjectOf(body[0])
  if (typeof body !== 'object' || body === null) return undefined
  const { error } = body as { error?: unknown }
  if (typeof error === 'string') return errorObjectOf(error) ?? { message: error }
  if (typeof error === 'object' && error !== null) return error as ErrorObject
  return 'message' in body || 'code' in body ? { ...body } : undefined
}

export function textOf(error: ErrorObject | undefined, key: string): string {
  const value = error?.[key]
  return typeof value === 'string' ? value : ''
}
