import { createParser } from 'eventsource-parser'
import type { TurnFrame } from '@brainlyx/chat-contract'

export interface Frame {
  readonly id: string | undefined
  readonly frame: TurnFrame
}

/** What a browser is to the API: a cookie jar, and requests that come from our own pages. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async fetch(path: string, options: RequestInit & { json?: unknown } = {}): Promise<Response> {
    const { json, headers, ...rest } = options
    const response = await fetch(`${this.#url}${path}`, {
      redirect: 'manual',
      ...rest,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      headers: {
        'sec-fetch-site': 'same-origin',
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(headers as Record<string, string> | undefined),
      },
    })
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie)
    return response
  }

  get(path: string): Promise<Response> {
    return this.fetch(path)
  }

  post(path: string, json: unknown = {}, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, { method: 'POST', json, headers })
  }

  async json<T>(path: string): Promise<T> {
    const response = await this.get(path)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  /** Sends a message and reads the whole answer. */
  async turn(path: string, json: unknown): Promise<Frame[]> {
    const response = await this.post(path, json, { accept: 'text/event-stream' })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return readFrames(response)
  }

  async follow(turnId: string, lastEventId?: string): Promise<Frame[]> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const response = await this.fetch(`/api/v1/turns/${turnId}/events`, { headers })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    return readFrames(response)
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';')
    const at = pair.indexOf('=')
    const name = pair.slice(0, at)
    const ended = attributes.some((attribute) =>
      /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(attribute),
    )
    if (ended) this.cookies.delete(name)
    else this.cookies.set(name, pair.slice(at + 1))
  }
}

/** Reads frames until the stream ends, or `enough` says so. */
export async function readFrames(
  response: Response,
  enough: (frames: readonly Frame[]) => boolean = () => false,
): Promise<Frame[]> {
  const frames: Frame[] = []
  const parser = createParser({
    onEvent: ({ id, data }) => void frames.push({ id, frame: JSON.parse(data) as TurnFrame }),
  })
  const decoder = new TextDecoder()
  const reader = response.body!.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parser.feed(decoder.decode(part.value, { stream: true }))
    if (enough(frames)) {
      await reader.cancel()
      break
    }
  }
  return frames
}

/** The answer's text as a reader of these frames sees it. */
export function textOf(frames: readonly Frame[]): string {
  let text = ''
  for (const { frame } of frames) {
    if (frame.type === 'answer-snapshot') {
      text = frame.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    } else if (frame.type === 'text-delta') text += frame.text
  }
  return text
}
