import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { newTurnIdentifier } from '../../app/turn-stream/turn-identifier.ts'

export const VISITORS = ['anonymous', 'guest', 'user', 'administrator'] as const
export type Visitor = (typeof VISITORS)[number]

/** Names what the forms that change something name it by; with an empty one nothing would be asked for. */
const FORM = { tier: 'pro', provider: 'openai', key: 'a-key', intent: 'save' }

export interface Visitors {
  /**
   * What is answered there, before anything is followed: the status, and where it sends on to.
   * @param page as it is written in the table of pages; its ids are of what the user has, or the administrator has made
   */
  answer(page: string, visitor: Visitor, method?: 'GET' | 'POST'): Promise<string>
}

/** Somebody of each kind, signed in, with something of theirs to ask for. */
export async function arrangeVisitors(): Promise<Visitors> {
  const user = await call('POST', '/sign-up', { body: newAccount() })
  const administrator = await call('POST', '/sign-in', { body: inject('administrator') })
  const cookies: Readonly<Record<Visitor, string>> = {
    anonymous: '',
    guest: (await call('POST', '/sign-in/guest')).cookie,
    user: user.cookie,
    administrator: administrator.cookie,
  }
  const ids = await idsOf(cookies)

  return {
    async answer(page, visitor, method = 'GET') {
      const path = page.replaceAll(/:(\w+)/g, (_, name: string) => {
        const id = ids[name]
        if (id === undefined) throw new Error(`${page}: there is no ${name} to ask for`)
        return id
      })
      const response = await fetch(new URL(path.replace('*', 'nowhere'), inject('webUrl')), {
        method,
        redirect: 'manual',
        headers: { accept: 'text/html', origin: inject('webUrl'), cookie: cookies[visitor] },
        ...(method === 'POST' ? { body: new URLSearchParams(FORM) } : {}),
      })
      await response.arrayBuffer()
      const location = response.headers.get('location')
      return location === null ? `${response.status}` : `${response.status} ${location}`
    },
  }
}

/** Of a chat and a turn of the user, the user, and an announcement, which ends the moment it is made. */
async function idsOf(cookies: Readonly<Record<Visitor, string>>): Promise<Record<string, string>> {
  const sent = await call('POST', '/turns', {
    cookie: cookies.user,
    body: { turnId: newTurnIdentifier(), text: 'What is a reef? [tokens:5]' },
  })
  const turn = sent.body as { turnId: string; chatId: string }
  const me = (await call('GET', '/me', { cookie: cookies.user })).body as { user: { id: string } }
  const announced = await call('POST', '/admin/announcements', {
    cookie: cookies.administrator,
    body: { text: 'Nobody sees this.', severity: 'info', audience: 'tier', tier: 'enterprise' },
  })
  return {
    chatId: turn.chatId,
    turnId: turn.turnId,
    userId: me.user.id,
    announcementId: (announced.body as { id: string }).id,
    requestId: newTurnIdentifier(),
  }
}

async function call(
  method: 'GET' | 'POST',
  path: string,
  { body, cookie = '' }: { body?: object; cookie?: string } = {},
): Promise<{ cookie: string; body: unknown }> {
  const response = await fetch(new URL(`/api/v1${path}`, inject('webUrl')), {
    method,
    headers: {
      origin: inject('webUrl'),
      accept: 'application/json',
      'content-type': 'application/json',
      cookie,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const said = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${said}`)
  return {
    cookie: response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
    body: said === '' ? undefined : JSON.parse(said),
  }
}

const newAccount = () => ({
  email: `${randomBytes(6).toString('hex')}@example.com`,
  password: 'correct horse battery',
})
