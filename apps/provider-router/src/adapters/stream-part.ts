import type { FinishReason, TokenLogprob, TokenUsage } from '@brainlyx/router-contract'
import type { QuotaFacts } from '../quota/quotas.ts'

/**
 * What a provider says, unified; noun-verb. `choice` is the candidate's index (0 but where `n` > 1). Raw values
 * stand beside the unified ones, for the ledger and for whoever has to find out what really came.
 */
export type StreamPart =
  /** What the response's headers told of the account's limits. */
  | QuotaReport
  | {
      readonly type: 'response-start'
      readonly id: string | null
      readonly model: string | null
      /** OpenAI's word for the set-up that answers: with the same one, the same `seed` gives much the same. */
      readonly systemFingerprint?: string
      /** Which class of service it was given, at providers that speak like OpenAI. */
      readonly serviceTier?: string
    }
  | {
      readonly type: 'text-delta'
      readonly choice: number
      readonly text: string
      /** Which of the provider's text blocks, counted from 0 per choice. */
      readonly block: number
      /** Of the tokens that came with it, where they were asked for. A token may be less than a character of text. */
      readonly logprobs?: readonly TokenLogprob[]
    }
  | {
      readonly type: 'reasoning-delta'
      readonly choice: number
      readonly text: string
      readonly block: number
    }
  /** Reasoning that came sealed, to be handed back unread (Anthropic's redacted thinking). */
  | { readonly type: 'reasoning-redacted'; readonly choice: number; readonly data: string }
  /** What OpenAI's model thought, sealed, where it was asked for: to be handed back unread before what it led to. */
  | {
      readonly type: 'reasoning-sealed'
      readonly choice: number
      readonly id: string
      readonly data: string
    }
  /** What proves reasoning genuine when it is sent back: Anthropic's signature, Gemini's thoughtSignature. */
  | {
      readonly type: 'reasoning-signature'
      readonly choice: number
      readonly signature: string
      /** Of which block of reasoning, at Anthropic. */
      readonly block?: number
    }
  | {
      readonly type: 'refusal-delta'
      readonly choice: number
      readonly text: string
      readonly logprobs?: readonly TokenLogprob[]
    }
  /** Where what was said comes from, in OpenAI's own shape. */
  | {
      readonly type: 'annotations'
      readonly choice: number
      readonly annotations: readonly Record<string, unknown>[]
    }
  | {
      readonly type: 'tool-call-start'
      readonly choice: number
      /** In order of appearance, from 0 per choice. */
      readonly index: number
      /** null where the provider gave none (Gemini); whoever passes it on makes one. */
      readonly id: string | null
      readonly name: string
      /** What Gemini wants back with the call: the `reasoning-signature` that came with it. */
      readonly signature?: string
    }
  | {
      readonly type: 'tool-call-delta'
      readonly choice: number
      readonly index: number
      /** More of the arguments' JSON text (of a custom tool: of its free text). */
      readonly arguments: string
    }
  | { readonly type: 'tool-call-end'; readonly choice: number; readonly index: number }
  /** A tool that the provider ran itself. */
  | {
      readonly type: 'server-tool-call'
      readonly choice: number
      /** The provider's own word for what it is: `server_tool_use`, `web_search_call`, `executableCode`, … */
      readonly kind: string
      readonly name: string | null
    }
  | {
      readonly type: 'usage'
      readonly usage: TokenUsage
      readonly raw: RawUsage
      readonly details?: UsageDetails
    }
  | {
      readonly type: 'finish'
      readonly choice: number
      readonly reason: FinishReason
      /** The provider's own word, such as `end_turn`, `MAX_TOKENS`, `incomplete:max_output_tokens`, `blocked:SAFETY`. */
      readonly raw: string
      /** Of the caller's sequences the one that ended it, where the provider says which. */
      readonly stopSequence?: string
    }
  /**
   * The last part. `endMarker`: the provider's own end of the stream arrived too (`[DONE]`, `message_stop`, …). Its
   * absence after a `finish` is no failure.
   */
  | { readonly type: 'response-end'; readonly endMarker: boolean }

export interface QuotaReport {
  readonly type: 'quota-report'
  readonly requests: QuotaFacts | undefined
  readonly tokens: QuotaFacts | undefined
}

/** The provider's own counts, never added up; absent where it sent none. */
export interface RawUsage {
  readonly input?: number
  readonly output?: number
  readonly cached?: number
  readonly cache_write?: number
  readonly reasoning?: number
  readonly tool_prompt?: number
  readonly total?: number
}

/** What else was counted, by OpenAI's names: the tokens of sound, or those of a prediction that came true. */
export interface UsageDetails {
  readonly prompt: Readonly<Record<string, number>>
  readonly completion: Readonly<Record<string, number>>
}
