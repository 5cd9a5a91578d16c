import { ServiceError } from '@brainlyx/service-kit'
import type { z } from 'zod'

/**
 * What `schema` makes of what a client sent.
 * @throws {ServiceError} 400 `invalid-request`, naming every field that is wrong
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value ?? {})
  if (!result.success) {
    throw invalidRequest(
      result.error.issues
        .slice(0, 20)
        .map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    )
  }
  refuseNul(result.data, [])
  return result.data
}

export function invalidRequest(fields: { path: string; message: string }[]): ServiceError {
  return new ServiceError({
    code: 'invalid-request',
    status: 400,
    title: 'Something in the request is not as it should be.',
    detail: fields
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; '),
    fields,
  })
}

/** Postgres takes no NUL; JSON bodies are checked before they are parsed, forms and query strings only here. */
function refuseNul(value: unknown, path: string[]): void {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) {
    throw invalidRequest([
      { path: path.join('.'), message: 'has a character that text cannot have' },
    ])
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) refuseNul(inner, [...path, key])
}
