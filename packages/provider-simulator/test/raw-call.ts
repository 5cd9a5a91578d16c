import { isObject, objectOf, objectsOf, textOf } from '../src/answer/json-value.ts'

// A caller without any SDK: it sees the bytes, and how the body ended.

export const wireNames = ['openai', 'responses', 'groq', 'anthropic', 'gemini'] as const
export type WireName = (typeof wireNames)[number]

export interface RawCall {
  model: string
  prompt: string
  stream?: boolean
  prefill?: string
  headers?: Record<string, string>
  signal?: AbortSignal
  /** Called with each read of the body. */
  onRead?: (text: string) => void
}

export interface RawAnswer {
  status: number
  headers: Headers
  body: string
  /** The body ended as HTTP says it should; false: the connection broke. */
  endedCleanly: boolean
  /** Milliseconds until the headers, until the first read, and until the end. */
  headersMs: number
  firstReadMs: number
  totalMs: number
}

export async function rawCall(url: string, wire: WireName, call: RawCall): Promise<RawAnswer> {
  const startedMs = performance.now()
  const response = await fetch(`${url}${pathOf(wire, call)}`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-key', ...call.headers },
    body: JSON.stringify(bodyOf(wire, call)),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  })
  const headersMs = performance.now() - startedMs
  let body = ''
  let endedCleanly = true
  let firstReadMs = Number.NaN
  const decoder = new TextDecoder()
  try {
    for await (const bytes of response.body ?? []) {
      if (body === '') firstReadMs = performance.now() - startedMs
      const text = decoder.decode(bytes, { stream: true })
      body += text
      call.onRead?.(text)
    }
  } catch {
    endedCleanly = false
  }
  const totalMs = performance.now() - startedMs
  return {
    status: response.status,
    headers: response.headers,
    body,
    endedCleanly,
    headersMs,
    firstReadMs,
    totalMs,
  }
}

function pathOf(wire: WireName, call: RawCall): string {
  switch (wire) {
    case 'openai':
      return '/v1/chat/completions'
    case 'responses':
      return '/v1/responses'
    case 'groq':
      return '/openai/v1/chat/completions'
    case 'anthropic':
      return '/v1/messages'
    case 'gemini':
      return `/v1beta/models/${call.model}:${call.stream === false ? 'generateContent' : 'streamGenerateContent?alt=sse'}`
  }
}

function bodyOf(wire: WireName, call: RawCall): unknown {
  const { model, prompt, prefill, stream = true } = call
  const messages = [
    { role: 'user', content: prompt },
    ...(prefill === undefined ? [] : [{ role: 'assistant', content: prefill }]),
  ]
  switch (wire) {
    case 'responses':
      return { model, stream, input: messages }
    case 'anthropic':
      return { model, stream, messages, max_tokens: 8000 }
    case 'gemini':
      return {
        contents: messages.map(({ role, content }) => ({
          role: role === 'assistant' ? 'model' : 'user',
          parts: [{ text: content }],
        })),
      }
    default:
      return { model, stream, messages }
  }
}

/** The data of each event; text where it is not JSON. */
export function eventsOf(body: string): unknown[] {
  return body
    .split(/\r?\n\r?\n/)
    .map((event) => /^data: ?(.*)$/m.exec(event)?.[1])
    .filter((data) => data !== undefined)
    .map((data) => {
      try {
        return JSON.parse(data) as unknown
      } catch {
        return data
      }
    })
}

/** The answer's text in a stream's body, what is malformed left out. */
export function streamedText(wire: WireName, body: string): string {
  return eventsOf(body)
    .filter((event) => isObject(event))
    .map((event) => deltaOf(wire, event))
    .join('')
}

function deltaOf(wire: WireName, event: Record<string, unknown>): string {
  switch (wire) {
    case 'openai':
    case 'groq':
      return textOf(objectOf(objectsOf(event['choices'])[0]?.['delta'])['content'])
    case 'responses':
      return event['type'] === 'response.output_text.delta' ? textOf(event['delta']) : ''
    case 'anthropic':
      return textOf(objectOf(event['delta'])['text'])
    case 'gemini': {
      const content = objectOf(objectsOf(event['candidates'])[0]?.['content'])
      return objectsOf(content['parts'])
        .filter((part) => part['thought'] !== true)
        .map((part) => textOf(part['text']))
        .join('')
    }
  }
}
