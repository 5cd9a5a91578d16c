import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface Bucket {
  readonly url: string
  readonly requests: { method: string; url: string; headers: IncomingHttpHeaders }[]
  close(): Promise<void>
}

/** As much of S3 as storage uses, by path: put, get, head, delete, list. Checks no signature. */
export async function startBucket(): Promise<Bucket> {
  const objects = new Map<string, Buffer>()
  const requests: Bucket['requests'] = []

  async function answer(request: IncomingMessage): Promise<{ status: number; body?: Buffer }> {
    const { method = '', url = '', headers } = request
    requests.push({ method, url, headers })
    const { pathname, searchParams } = new URL(url, 'http://bucket')
    const key = decodeURIComponent(pathname.split('/').slice(2).join('/'))
    if (method === 'PUT') {
      objects.set(key, await buffer(request))
      return { status: 200 }
    }
    if (method === 'DELETE') {
      objects.delete(key)
      return { status: 204 }
    }
    if (searchParams.get('list-type') === '2') {
      const prefix = searchParams.get('prefix') ?? ''
      const keys = [...objects.keys()].filter((each) => each.startsWith(prefix))
      return { status: 200, body: Buffer.from(listOf(keys)) }
    }
    const body = objects.get(key)
    return body === undefined ? { status: 404 } : { status: 200, body }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await answer(request)
    response.statusCode = status
    response.setHeader('last-modified', new Date().toUTCString())
    if (body !== undefined) response.setHeader('content-length', body.length)
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function listOf(keys: readonly string[]): string {
  const contents = keys.map(
    (key) =>
      `<Contents><Key>${key}</Key><LastModified>${new Date().toISOString()}</LastModified><Size>1</Size></Contents>`,
  )
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`
}
