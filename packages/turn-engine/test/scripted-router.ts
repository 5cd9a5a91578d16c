import type { ChatCompletionChunk } from '@brainlyx/router-contract'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a test's router does with one request; it writes to the wire whatever it likes. */
export type Script = (exchange: Exchange) => Promise<void> | void

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: { model: string; messages: { role: string; content: string }[]; stream: boolean }
  /** Aborts when the caller hangs up. */
  readonly hungUp: AbortSignal
  open(): void
  /** One chunk: `content` as delta, or anything else of a choice or a chunk. */
  send(chunk: Partial<ChatCompletionChunk> | string): void
  finish(): void
}

/** An HTTP server that speaks the router's side of the contract by script; for what the real one never does. */
export async function startScriptedRouter(port = 0): Promise<{
  url: string
  exchanges: Exchange[]
  play(script: Script): void
  connections(): number
  close(): Promise<void>
}> {
  let script: Script = ({ open, send, finish }) => {
    open()
    send('Hello.')
    finish()
  }
  const exchanges: Exchange[] = []
  let connections = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const exchange = exchangeOf(
        request,
        response,
        JSON.parse(Buffer.concat(parts).toString() || 'null'),
      )
      exchanges.push(exchange)
      void script(exchange)
    })
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    play: (next) => void (script = next),
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  body: Exchange['body'],
): Exchange {
  const hangUp = new AbortController()
  response.once('close', () => hangUp.abort())
  const write = (item: unknown): void => void response.write(`data: ${JSON.stringify(item)}\n\n`)
  const chunk = (part: Partial<ChatCompletionChunk>): void =>
    write({
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [],
      ...part,
    })
  return {
    request,
    response,
    body,
    hungUp: hangUp.signal,
    open: () => void response.writeHead(200, { 'content-type': 'text/event-stream' }),
    send: (part) => (typeof part === 'string' ? chunk(textChunk(part)) : chunk(part)),
    finish() {
      chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
      response.end('data: [DONE]\n\n')
    },
  }
}

export function textChunk(content: string): Partial<ChatCompletionChunk> {
  return { choices: [{ index: 0, delta: { content }, finish_reason: null }] }
}
