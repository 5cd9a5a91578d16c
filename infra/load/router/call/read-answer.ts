import { createParser } from 'eventsource-parser'
import type { RawResponse } from './http-connection.ts'
import { readResponse } from './read-response.ts'

/** What a caller makes of a response. */
export interface Answer {
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
  /** OpenAI's word; undefined where none came. */
  readonly finish: string | undefined
  /** Code of the error that the response is, or that the stream says. */
  readonly errorCode: string | undefined
  /** Whether a stream said `[DONE]`, or a whole answer was one document, and HTTP was kept. */
  readonly isClosed: boolean
  /** The deployments of the router's `attempt-start` events. */
  readonly attempts: readonly string[]
}

interface ChatMessage {
  readonly error?: {
    readonly problem?: string
    readonly code?: string | null
    readonly message?: string
  }
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null }
    readonly message?: { readonly content?: string | null }
    readonly finish_reason?: string | null
  }[]
  readonly brainlyx?: { readonly type: string; readonly deployment?: string }
}

/** A `restart` voids what came before it, as callers of events are told. */
export function readAnswer(raw: RawResponse): Answer {
  const { status, headers, body, isWellFramed } = readResponse(raw)
  const answer = {
    headers,
    text: '',
    finish: undefined as string | undefined,
    errorCode: undefined as string | undefined,
    isClosed: false,
    attempts: [] as string[],
  }
  const add = ({ choices, error, brainlyx }: ChatMessage): void => {
    if (error !== undefined) answer.errorCode = error.problem ?? error.code ?? 'without a code'
    if (brainlyx?.type === 'restart') answer.text = ''
    if (brainlyx?.type === 'attempt-start') answer.attempts.push(brainlyx.deployment ?? '')
    const choice = choices?.[0]
    answer.text += choice?.delta?.content ?? choice?.message?.content ?? ''
    answer.finish = choice?.finish_reason ?? answer.finish
  }
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true
  if (!isStream) {
    const document = parsed(body)
    if (document !== undefined) add(document)
    answer.isClosed = isWellFramed && document !== undefined
    if (status !== 200) answer.errorCode ??= `status ${status}`
    return answer
  }
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') answer.isClosed = isWellFramed
      else add(parsed(data) ?? { error: { code: 'malformed event' } })
    },
  })
  parser.feed(body)
  return answer
}

function parsed(text: string): ChatMessage | undefined {
  try {
    return JSON.parse(text) as ChatMessage
  } catch {
    return undefined
  }
}
