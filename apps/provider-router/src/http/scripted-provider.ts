import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that speaks OpenAI's format and says what it is told to. For tests. */
export interface ScriptedProvider {
  readonly url: string
  /** What it was asked, in order. */
  readonly requests: Record<string, unknown>[]
  close(): Promise<void>
}

/** @param answer a document, or the items of a stream */
export async function startScriptedProvider(
  answer: (request: Record<string, unknown>) => object | object[],
): Promise<ScriptedProvider> {
  const requests: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>
      requests.push(body)
      const said = answer(body)
      const items = Array.isArray(said) ? said : undefined
      response.setHeader(
        'content-type',
        items === undefined ? 'application/json' : 'text/event-stream',
      )
      const events = items?.map((item) => `data: ${JSON.stringify(item)}\n\n`).join('')
      response.end(events === undefined ? JSON.stringify(said) : `${events}data: [DONE]\n\n`)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
