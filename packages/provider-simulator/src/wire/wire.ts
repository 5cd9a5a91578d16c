import type { JsonObject } from '../answer/json-value.ts'
import type { Production } from '../answer/production.ts'
import type { Conversation } from '../conversation/conversation.ts'
import type { Failure } from './failure.ts'

export type Provider = 'openai' | 'groq' | 'anthropic' | 'gemini'

/** One event of a stream as text, ready to be written. */
export interface Frame {
  data: string
  /** Output tokens it carries. */
  tokens: number
  /** `opening` comes before any token; `marker` is the end marker that the fault `no-end-marker` leaves out. */
  kind: 'opening' | 'delta' | 'finish' | 'marker'
  /** The provider's own finish word, in the frame that tells it. */
  finish?: string
}

/** What a wire format writes an answer from. */
export interface Exchange {
  /** Random letters and digits, for ids. */
  id: string
  createdAtMs: number
  model: string
  production: Production
  request: ChatRequest
  /** Output token counts at which an event must end, so that a fault strikes exactly there; rising. */
  breakpoints: readonly number[]
}

/** A request for an answer, read from its wire format. */
export interface ChatRequest {
  model: string
  stream: boolean
  conversation: Conversation
  body: JsonObject
}

export interface Reply {
  status: number
  headers: Record<string, string>
  body: string
}

/** A provider's way of speaking: one endpoint that makes text. */
export interface Wire {
  provider: Provider
  /** As the log names it. */
  endpoint: string
  /** Headers and the opening events leave at once, only tokens wait for the time to first token. */
  opensEarly: boolean
  eventStreamType: string
  /** @throws RejectedRequest where the provider would refuse the request. */
  read: (body: JsonObject, target: ChatTarget) => ChatRequest
  /** Headers of a successful answer. */
  headers: (exchange: Exchange) => Record<string, string>
  frames: (exchange: Exchange) => Iterable<Frame>
  /** The answer as one JSON document, and its finish word. */
  document: (exchange: Exchange) => { body: unknown; finish: string }
  /** An event that is not well-formed JSON. */
  garbage: (exchange: Exchange) => string
  /** The error event that may come inside a 200 stream. */
  streamError: (exchange: Exchange) => string
  failure: (failure: Failure, target: { model: string; stream: boolean }) => Reply
}

/** What the path says, for the format that puts the model and the method there. */
export interface ChatTarget {
  model: string
  stream: boolean
}
