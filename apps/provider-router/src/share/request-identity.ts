import { canonicalDigest } from './canonical-digest.ts'

/** Who calls, as exactly as we know: two holders of keys are two callers. */
export type IdentifiedCaller =
  | { readonly kind: 'service'; readonly service: string }
  /** `keyDigest`: SHA-256 of the key. */
  | { readonly kind: 'api-key'; readonly keyDigest: string }

/** A chat completion or an embedding, with everything that the caller sent. */
export interface IdentifiedRequest {
  readonly user?: string | null
  readonly temperature?: number | null
  readonly n?: number | null
  readonly stream_options?: unknown
  readonly [unknownField: string]: unknown
}

/**
 * Names a request so that two of the same name may have one answer: 64 hex digits over who calls, for which `user`, and
 * all that the body says but `stream_options`, which only choose what is told about the answer. undefined: it gets an
 * answer of its own.
 *
 * - A service speaks for many users. Unless it names one, whose answer that is cannot be known.
 * - A temperature above 0 or an `n` above 1 asks for variety: who sends the same request k times at once to choose the
 *   best answer, or to vote, wants k answers. Silence about the temperature asks for nothing, though most providers
 *   then take 1; who wants variety is told by them to set it.
 * - Tools are no obstacle: the model only proposes calls, and each caller makes its own.
 */
export function requestIdentity(options: {
  caller: IdentifiedCaller
  request: IdentifiedRequest
  /** What else decides the answer, such as the kind of call or a header. */
  variant?: string
  /** The caller asked for an answer of its own. */
  declined?: boolean
}): string | undefined {
  const { caller, request, variant = '', declined = false } = options
  if (declined) return undefined
  if (caller.kind === 'service' && (request.user ?? '') === '') return undefined
  if ((request.temperature ?? 0) > 0 || (request.n ?? 1) > 1) return undefined
  return canonicalDigest([caller, variant, { ...request, stream_options: undefined }])
}
