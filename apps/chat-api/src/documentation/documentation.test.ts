import { openApiDocument, routes } from '@brainlyx/chat-contract'
import { afterAll, expect, test } from 'vitest'
import { arrangeInstallation } from '../../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const api = await installation.startReplica()

test('the OpenAPI document is the contract’s', async () => {
  const response = await fetch(`${api.url}/api/v1/openapi.json`)
  expect(await response.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument())))
})

test('the page shows every operation, links only to what is on it, and loads nothing else', async () => {
  const response = await fetch(`${api.url}/api/v1/docs`)
  const page = await response.text()
  for (const name of Object.keys(routes)) expect(page).toContain(`<section id="${name}"`)
  const anchors = new Set([...page.matchAll(/id="([^"]+)"/g)].map((match) => match[1]))
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(anchors).toContain(target)
  expect(page).not.toMatch(/<script|src=|url\(/)
})

test('the page’s own style is what its policy allows', async () => {
  const response = await fetch(`${api.url}/api/v1/docs`)
  const style = /<style>([\s\S]*?)<\/style>/.exec(await response.text())![1]!
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString(
    'base64',
  )
  expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`)
})
