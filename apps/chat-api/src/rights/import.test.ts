import type { ChatPage, DataRequest, DataRequestList } from '@brainlyx/chat-contract'
import type { ServiceError } from '@brainlyx/service-kit'
import { eventually } from '@brainlyx/testkit'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { arrangeInstallation, guest } from '../../test/installation.ts'
import { startWorker } from '../../test/worker-process.ts'
import { receiveUpload } from './receive-upload.ts'

const installation = await arrangeInstallation()
const api = await installation.startReplica()
const worker = await startWorker(installation.environment())
afterAll(async () => {
  await worker.stop()
  await installation.close()
})

test('what one guest exports another imports, as a body and by a form', async () => {
  const owner = await guest(api)
  await owner.turn('/api/v1/turns', { text: 'What is a lagoon?' })
  const { id } = (await (await owner.post('/api/v1/exports')).json()) as DataRequest
  const { download } = await ended(owner, id)
  const file = new Uint8Array(await (await owner.get(download!.path)).arrayBuffer())

  const byBody = await guest(api)
  const response = await send(byBody, file, 'application/zip')
  expect(response.status).toBe(202)
  const request = (await response.json()) as DataRequest
  expect(await ended(byBody, request.id)).toMatchObject({
    kind: 'import',
    state: 'completed',
    done: 1,
    download: null,
  })
  expect((await byBody.json<ChatPage>('/api/v1/chats')).chats).toHaveLength(1)

  const byForm = await guest(api)
  const form = new FormData()
  form.set('file', new Blob([file]), 'export.zip')
  const redirect = await byForm.fetch('/api/v1/imports', { method: 'POST', body: form })
  expect([redirect.status, redirect.headers.get('location')]).toEqual([303, '/settings/data'])
  await eventually(async () =>
    expect((await byForm.json<ChatPage>('/api/v1/chats')).chats).toHaveLength(1),
  )
})

test('what is no export is told of, with the place in it', async () => {
  const browser = await guest(api)
  const response = await send(browser, new TextEncoder().encode('hello'), 'application/zip')
  const { id } = (await response.json()) as DataRequest
  expect(await ended(browser, id)).toMatchObject({
    state: 'failed',
    problem: 'not-an-export',
    detail: 'it is no ZIP file, or a broken one',
  })
})

test('what brings no file is refused, and a form is led back to its page', async () => {
  const browser = await guest(api)
  const code = async (response: Response) => ((await response.json()) as { code: string }).code
  const nothing = await send(browser, new Uint8Array(), 'application/zip')
  expect([nothing.status, await code(nothing)]).toEqual([400, 'no-file'])
  const json = await browser.post('/api/v1/imports', {})
  expect([json.status, await code(json)]).toEqual([415, 'unsupported-media-type'])
  const broken = await send(
    browser,
    new TextEncoder().encode('--x'),
    'multipart/form-data; boundary=y',
  )
  expect([broken.status, broken.headers.get('location')]).toEqual([
    303,
    expect.stringMatching(/refused=(malformed-body|no-file)$/),
  ])
  const form = new FormData()
  form.set('other', 'x')
  const empty = await browser.fetch('/api/v1/imports', { method: 'POST', body: form })
  expect(empty.headers.get('location')).toBe('/settings/data?refused=no-file')
  expect((await browser.json<DataRequestList>('/api/v1/data-requests')).requests).toEqual([])
})

test.each(['application/zip', 'multipart/form-data'])(
  'a body that turns out too large is refused before it is whole, and the refusal arrives: %s',
  async (type) => {
    const server = createServer((request, response) => {
      const wanted = Object.assign(request, { get: (name: string) => request.headers[name] })
      receiveUpload(wanted as never, 1_000, () => Promise.resolve()).then(
        () => response.end('used'),
        (error: ServiceError) => response.writeHead(error.status).end(error.code),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const head = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    const piece = new TextEncoder().encode('a'.repeat(64 * 1024))
    let sent = 0
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(head)),
      // As much as no socket buffers, and of a length that nobody knows beforehand.
      pull(controller) {
        if (sent++ < 200) controller.enqueue(piece)
        else controller.close()
      },
    })
    const headers = { 'content-type': type === 'application/zip' ? type : `${type}; boundary=x` }
    const response = await fetch(url, { method: 'POST', body, headers, duplex: 'half' })
    expect([response.status, await response.text()]).toEqual([413, 'body-too-large'])
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  },
)

function send(browser: Browser, body: Uint8Array<ArrayBuffer>, type: string): Promise<Response> {
  return browser.fetch('/api/v1/imports', {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  })
}

async function ended(browser: Browser, id: string): Promise<DataRequest> {
  return eventually(async () => {
    const { requests } = await browser.json<DataRequestList>('/api/v1/data-requests')
    const request = requests.find((each) => each.id === id)!
    expect(['completed', 'failed']).toContain(request.state)
    return request
  })
}
