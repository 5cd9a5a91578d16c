import { ServiceError } from '@brainlyx/service-kit'
import type { z } from 'zod'

/** @throws {ServiceError} 400 `invalid-request`, naming the first wrong parameter in its `param` */
export function validate<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const fields = result.error.issues.map(({ path, message }) => ({ path: pathText(path), message }))
  const [first] = fields
  throw new ServiceError({
    code: 'invalid-request',
    status: 400,
    title: 'The request is not valid.',
    detail:
      first === undefined || first.path === ''
        ? 'The request is not valid.'
        : `\`${first.path}\` is not valid: ${first.message}.`,
    fields: fields.filter(({ path }) => path !== ''),
  })
}

/** `messages[0].content`, as OpenAI writes it. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')
}
