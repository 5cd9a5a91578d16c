import type { Exchange, Expected } from '../replay/exchange.ts'

/** An exchange made up for one case that a recording of ours does not show. */
export interface WrittenExchange extends Exchange {
  readonly expected: Expected
}

type Provider = Exchange['provider']
type Meaning = Partial<Expected>

const nothing: Expected = {
  text: '',
  finish: null,
  tool_calls: [],
  server_tool_calls: [],
  usage: null,
  reasoning: null,
  refusal: null,
  error: null,
  complete: true,
  id: null,
  model: null,
}

/** A stream whose `body` is written out, or made by {@link dataLines} and {@link namedEvents}. */
export function stream(
  provider: Provider,
  name: string,
  body: string,
  meaning: Meaning,
  endpoint = '/',
): WrittenExchange {
  const headers = { 'content-type': 'text/event-stream; charset=utf-8' }
  const expected = { ...nothing, ...meaning }
  return { name, provider, kind: 'stream', endpoint, status: 200, headers, body, expected }
}

/** An answer in one piece, or an error document that comes with 200. */
export function json(
  provider: Provider,
  name: string,
  document: object,
  meaning: Meaning,
  endpoint = '/',
): WrittenExchange {
  const body = JSON.stringify(document)
  const headers = { 'content-type': 'application/json' }
  const expected = { ...nothing, ...meaning }
  return { name, provider, kind: 'json', endpoint, status: 200, headers, body, expected }
}

/** `data:` lines of OpenAI's, Groq's and Google's streams; a string stands as it is. */
export function dataLines(...items: (object | string)[]): string {
  return items
    .map((item) => `data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`)
    .join('')
}

/** Events with their type in `event:` too, as Anthropic's and the Responses API's. */
export function namedEvents(...items: { readonly type: string; [key: string]: unknown }[]): string {
  return items.map((item) => `event: ${item.type}\ndata: ${JSON.stringify(item)}\n\n`).join('')
}
