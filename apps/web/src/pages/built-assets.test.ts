import express from 'express'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { builtAssets } from './built-assets.ts'

const directory = await mkdtemp(join(tmpdir(), 'built-assets-'))
await mkdir(join(directory, 'assets'))
await writeFile(join(directory, 'icon.svg'), '<svg/>')
await writeFile(join(directory, 'assets', 'app-1a2b.js'), 'export {}')
await writeFile(join(directory, 'assets', 'app-1a2b.js.br'), brotliCompressSync('export {}'))

const server = express()
  .use(builtAssets(directory))
  .use((_request, response) => void response.status(418).end())
  .listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

afterAll(async () => {
  server.close()
  await rm(directory, { recursive: true })
})

test('a file with a hash in its name is kept for ever, and comes in Brotli where that is taken', async () => {
  const response = await fetch(`${url}/assets/app-1a2b.js`, {
    headers: { 'accept-encoding': 'br' },
  })
  expect(response.headers.get('cache-control')).toBe('public,max-age=31536000,immutable')
  expect(response.headers.get('content-encoding')).toBe('br')
  expect(response.headers.get('content-type')).toContain('text/javascript')
  expect(response.headers.get('vary')).toMatch(/accept-encoding/i)
  expect(await response.text()).toBe('export {}')
  const plain = await fetch(`${url}/assets/app-1a2b.js`, {
    headers: { 'accept-encoding': 'identity' },
  })
  expect(plain.headers.get('content-encoding')).toBeNull()
})

test('any other file is asked for again after an hour', async () => {
  const response = await fetch(`${url}/icon.svg`)
  expect(response.headers.get('cache-control')).toBe('public,max-age=3600')
})

test.each(['/assets/gone-0000.js', '/assets/', '/assets/..%2ficon.svg'])(
  '%s is no file, and no page is made in its place',
  async (path) => {
    expect((await fetch(`${url}${path}`)).status).not.toBe(418)
    expect((await fetch(`${url}${path}`)).ok).toBe(false)
  },
)

test('what is no file goes on to the pages', async () => {
  expect((await fetch(`${url}/c/1`)).status).toBe(418)
  expect((await fetch(`${url}/`)).status).toBe(418)
})
