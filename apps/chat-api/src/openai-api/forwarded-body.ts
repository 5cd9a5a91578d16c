import { approximateTokens, tokensOfLength } from '@brainlyx/turn-engine'
import type { RouterPath } from '@brainlyx/turn-engine'
import { z } from 'zod'

/** As far as it decides something here; the router looks at the rest. */
export const ModelCallBody = z.looseObject({
  model: z.string().min(1).max(256),
  stream: z.boolean().nullish(),
})
export type ModelCallBody = z.infer<typeof ModelCallBody>

/**
 * What only we say upstream, or nobody: who the user is, what the provider keeps under the installation's own account,
 * a dearer class of service than is accounted for, and the options of our own services.
 */
const NOT_FOR_CALLERS: ReadonlySet<string> = new Set([
  'brainlyx',
  'user',
  'safety_identifier',
  'store',
  'metadata',
  'service_tier',
])

/** What the router says again to the caller, or goes by, and says to no provider. */
const STAYS_HERE: Partial<Record<RouterPath, readonly string[]>> = {
  '/v1/responses': ['metadata', 'store'],
}

/**
 * What goes to the router in place of what a caller sent.
 * @param user a pseudonym
 */
export function forwardedBody(body: ModelCallBody, user: string, path: RouterPath): ModelCallBody {
  const staysHere = STAYS_HERE[path] ?? []
  const own = Object.entries(body).filter(
    ([name]) => !NOT_FOR_CALLERS.has(name) || staysHere.includes(name),
  )
  const named = path === '/v1/messages' ? { metadata: { user_id: user } } : { user }
  return { ...(Object.fromEntries(own) as ModelCallBody), ...named }
}

/** What a picture or a file costs at most kinds of models, near enough for an estimate. */
const ATTACHMENT_TOKENS = 1_500

/** A rough count of a request's input, for when its call is never told to have ended. */
export function estimateInputTokens(body: ModelCallBody): number {
  const { messages, tools, input, instructions, system } = body
  return tokensIn([messages, tools, input, instructions, system])
}

function tokensIn(value: unknown): number {
  if (typeof value === 'string') {
    return value.startsWith('data:') ? ATTACHMENT_TOKENS : approximateTokens(value)
  }
  if (typeof value === 'number') return 1
  if (typeof value !== 'object' || value === null) return 0
  // Anthropic's way to send a picture or a file.
  if ('type' in value && value.type === 'base64') return ATTACHMENT_TOKENS
  let count = 0
  for (const inner of Object.values(value)) count += tokensIn(inner)
  return count
}

/** Tokens of what chunks have told, as far as it is text. */
export class ToldTokens {
  #length = 0

  get count(): number {
    return tokensOfLength(this.#length)
  }

  /** A chunk of a completion, or an event of a response or of a message. */
  add(chunk: { choices?: unknown; delta?: unknown }): void {
    this.#length += lengthOf(chunk.delta)
    if (!Array.isArray(chunk.choices)) return
    for (const choice of chunk.choices as { delta?: unknown }[])
      this.#length += lengthOf(choice.delta)
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  let length = 0
  for (const [key, inner] of Object.entries(value)) if (key !== 'type') length += lengthOf(inner)
  return length
}
