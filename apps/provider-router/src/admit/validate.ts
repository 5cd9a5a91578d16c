import { ServiceError } from '@brainlyx/service-kit'
import type { z } from 'zod'

/**
 * @param at where in the request `body` stands, if it is not the whole
 * @throws {ServiceError} 400 `invalid-request`, naming the first wrong parameter in its `param`
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  at = '',
): z.infer<Schema> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const fields = result.error.issues
    .map(mostTelling)
    .map(({ path, message }) => ({ path: pathText(path, at), message }))
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

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>

/** Of something that may have several shapes, what is wrong with the one that it comes nearest to. */
function mostTelling(issue: z.core.$ZodIssue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const [deepest] = issue.errors
    .flatMap((branch) => branch.slice(0, 1).map(mostTelling))
    .toSorted((a, b) => b.path.length - a.path.length)
  return deepest === undefined || deepest.path.length === 0
    ? issue
    : { message: deepest.message, path: [...issue.path, ...deepest.path] }
}

/** `messages[0].content`, as OpenAI writes it. */
function pathText(path: readonly PropertyKey[], at: string): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, at)
}
