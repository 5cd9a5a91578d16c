import { INJECTED_HEADER, hostileRequests, sendRaw, statusesIn } from '@brainlyx/testkit'
import { afterAll, expect, test } from 'vitest'
import { arrangeInstallation, guest } from '../../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const api = await installation.startReplica()
const owner = await guest(api)
const headers = {
  cookie: [...owner.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  'sec-fetch-site': 'same-origin',
}

test.for(hostileRequests({ path: '/api/v1/chats', headers }))(
  '$name is $expect',
  async ({ raw, expect: expected }) => {
    const answer = await sendRaw(api.url, raw)
    const statuses = statusesIn(answer)
    for (const status of statuses) {
      expect(status, answer.slice(0, 300)).toBeLessThan(500)
      expect(status >= 400 || expected === 'harmless', answer.slice(0, 300)).toBe(true)
    }
    expect(statuses.length, answer).toBeLessThan(expected === 'harmless' ? 3 : 2)
    expect(answer).not.toMatch(new RegExp(`^${INJECTED_HEADER}:`, 'im'))
    expect(answer).not.toContain('evil.example')
    expect(answer).not.toContain('<script>')
    expect((await owner.get('/api/v1/chats')).status).toBe(200)
  },
)
