import type { IncomingMessage } from 'node:http'

/** The longest message is smaller, written in any way that JSON allows. */
const LIMIT_BYTES = 1_000_000

const TURN = /^\/api\/v1\/(?:chats\/[^/?]+\/)?turns$/
const STOP = /^\/api\/v1\/turns\/[^/?]+\/stop$/

/**
 * The body of a request that may be made twice, since doing so means the same: what only reads, a stop, and a turn under
 * an id of its client's. undefined: it may not, and nothing of it has been read.
 */
export async function readReplayable(request: IncomingMessage): Promise<Buffer | undefined> {
  const { method, url = '' } = request
  const path = url.split('?', 1)[0]!
  const announced = request.headers['content-length']
  const isEmpty = request.headers['transfer-encoding'] === undefined && (announced ?? '0') === '0'
  if (isEmpty) {
    const meansTheSame = method === 'GET' || method === 'HEAD' || STOP.test(path)
    return meansTheSame ? Buffer.alloc(0) : undefined
  }
  if (method !== 'POST' || !TURN.test(path)) return undefined
  if (announced === undefined || Number(announced) > LIMIT_BYTES) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Whether a turn's request names its turn: without an id each one is another. */
export function namesTurn(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null && 'turnId' in value
  } catch {
    return false
  }
}
