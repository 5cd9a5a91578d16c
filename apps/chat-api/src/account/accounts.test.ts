import type {
  Account,
  CreatedInvitation,
  InvitationList,
  Me,
  SignedUp,
} from '@brainlyx/chat-contract'
import { eventually } from '@brainlyx/testkit'
import { createHash } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { arrangeInstallation, guest, signUp } from '../../test/installation.ts'
import { startWorker } from '../../test/worker-process.ts'

const installation = await arrangeInstallation()
const { db, admin } = installation
const worker = await startWorker(installation.environment())
afterAll(async () => {
  await worker.stop()
  await installation.close()
})

const api = await installation.startReplica()
const administrator = api.browser()
await signUp(administrator)
/** Asks for confirmed addresses; the worker, which is a laptop's, still puts mails into the mailbox. */
const strict = await installation.startReplica({
  accounts: { requireVerifiedEmail: true },
})

const PASSWORD = 'correct horse battery'
let count = 0
const newEmail = (): string => `owner-${process.pid}-${++count}@example.com`
const me = (browser: Browser): Promise<Me> => browser.json<Me>('/api/v1/me')

interface Mail {
  subject: string
  body: string
  link: { mail: string; token: string }
}

/** What has come for an address, the oldest first, once there are so many. */
async function mailsTo(address: string, least: number): Promise<Mail[]> {
  let mails: Mail[] = []
  await eventually(async () => {
    const rows = await admin
      .selectFrom('mailbox')
      .selectAll()
      .where('address', '=', address)
      .orderBy('id')
      .execute()
    expect(rows.length).toBeGreaterThanOrEqual(least)
    mails = rows.map(({ subject, body }) => {
      const found = /\S+\?mail=\S+/.exec(body)?.[0]
      const query = found === undefined ? undefined : new URL(found).searchParams
      const link = { mail: query?.get('mail') ?? '', token: query?.get('token') ?? '' }
      return { subject, body, link }
    })
  })
  return mails
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code
}

const signInAs = (browser: Browser, email: string, password = PASSWORD): Promise<Response> =>
  browser.post('/api/v1/sign-in', { email, password })

test('where addresses must be confirmed nobody is signed in before, and the guest’s chats wait', async () => {
  const browser = await guest(strict)
  await browser.turn('/api/v1/turns', { text: 'Keep this.' })
  const email = newEmail()
  const response = await browser.post('/api/v1/sign-up', { email, password: PASSWORD })
  expect(response.status).toBe(201)
  expect((await response.json()) as SignedUp).toMatchObject({
    confirmationNeeded: true,
    user: { kind: 'guest' },
  })
  const refused = await signInAs(strict.browser(), email)
  expect([refused.status, await codeOf(refused)]).toEqual([403, 'email-not-verified'])
  expect(await codeOf(await signInAs(strict.browser(), email, 'not the password'))).toBe(
    'wrong-credentials',
  )

  // The sign-up's, and one of the sign-in that was refused.
  const [mail, again] = await mailsTo(email, 2)
  expect(mail!.subject).toBe('Confirm your e-mail address')
  const stranger = strict.browser()
  expect((await stranger.post('/api/v1/email-verification', mail!.link)).status).toBe(204)
  const second = await stranger.post('/api/v1/email-verification', mail!.link)
  expect([second.status, await codeOf(second)]).toEqual([410, 'link-used'])
  expect((await me(stranger)).user).toBeNull()
  expect(again!.link.token).not.toBe(mail!.link.token)

  expect((await signInAs(browser, email)).status).toBe(200)
  expect((await me(browser)).user).toMatchObject({ kind: 'member', email, emailVerified: true })
  const { chats } = await browser.json<{ chats: unknown[] }>('/api/v1/chats')
  expect(chats).toHaveLength(1)
})

test('a sign-up does not tell whether an address has an account; its owner is told', async () => {
  const email = newEmail()
  const first = await strict.browser().post('/api/v1/sign-up', { email, password: PASSWORD })
  const second = await strict
    .browser()
    .post('/api/v1/sign-up', { email: email.toUpperCase(), password: 'attackers own words' })
  expect(second.status).toBe(first.status)
  expect(await second.json()).toEqual(await first.json())
  const [, told] = await mailsTo(email, 2)
  expect(told!.subject).toBe('You have an account already')
  expect(await codeOf(await signInAs(strict.browser(), email, 'attackers own words'))).toBe(
    'wrong-credentials',
  )
})

test('asking for a new password tells nothing, and nobody is sent anything who has no account', async () => {
  const email = await signUp(api.browser())
  const nobody = newEmail()
  const answers = []
  for (const asked of [email, nobody]) {
    const response = await api.browser().post('/api/v1/password-reset-mail', { email: asked })
    answers.push([response.status, await response.text()])
  }
  expect(answers[0]).toEqual(answers[1])
  await mailsTo(email, 2)
  await eventually(async () => {
    const row = await admin
      .selectFrom('mails')
      .select(['sentAt'])
      .where('address', '=', nobody)
      .executeTakeFirstOrThrow()
    expect(row.sentAt).not.toBeNull()
  })
  expect(await mailsTo(nobody, 0)).toEqual([])
})

test('a reset ends every sign-in, is good once, and withdraws the other links', async () => {
  const owner = api.browser()
  const email = await signUp(owner)
  await api.browser().post('/api/v1/password-reset-mail', { email })
  await api.browser().post('/api/v1/password-reset-mail', { email })
  const resets = (await mailsTo(email, 3)).filter(({ subject }) => /new password/.test(subject))
  const reset = (link: Mail['link'], password: string) =>
    api.browser().post('/api/v1/password-reset', { ...link, password })
  expect((await reset({ ...resets[0]!.link, token: 'x'.repeat(43) }, PASSWORD)).status).toBe(410)
  expect((await reset(resets[0]!.link, 'another horse battery')).status).toBe(204)
  expect((await reset(resets[0]!.link, PASSWORD)).status).toBe(410)
  expect((await reset(resets[1]!.link, PASSWORD)).status).toBe(410)
  expect((await owner.get('/api/v1/chats')).status).toBe(401)
  expect((await signInAs(api.browser(), email)).status).toBe(401)
  expect((await signInAs(owner, email, 'another horse battery')).status).toBe(200)
  expect((await me(owner)).user).toMatchObject({ emailVerified: true })
  const last = (await mailsTo(email, 4)).at(-1)!
  expect(last.subject).toBe('Your password was changed')
})

test('a link of one kind is none of another, and ends with its time', async () => {
  const browser = api.browser()
  const email = await signUp(browser)
  const [mail] = await mailsTo(email, 1)
  const asReset = { ...mail!.link, password: 'another horse battery' }
  expect((await browser.post('/api/v1/password-reset', asReset)).status).toBe(410)
  await admin
    .updateTable('mails')
    .set({ expiresAt: new Date(Date.now() - 1_000) })
    .where('address', '=', email)
    .execute()
  expect((await browser.post('/api/v1/email-verification', mail!.link)).status).toBe(410)
  expect((await me(browser)).user).toMatchObject({ emailVerified: false })
})

test('neither the database nor the queue holds what a link ends with', async () => {
  const email = await signUp(api.browser())
  const [mail] = await mailsTo(email, 1)
  const { token } = mail!.link
  const rows = await admin.selectFrom('mails').selectAll().where('address', '=', email).execute()
  expect(rows[0]!.tokenHashes).toEqual([createHash('sha256').update(token).digest('base64url')])
  expect(JSON.stringify(rows)).not.toContain(token)
  const outbox = await admin.selectFrom('outbox').selectAll().execute()
  expect(JSON.stringify(outbox)).not.toContain(email)
  for (const key of await installation.redis.keys('bull:brainlyx-mail:*')) {
    if ((await installation.redis.type(key)) !== 'hash') continue
    const job = JSON.stringify(await installation.redis.hgetall(key))
    expect(job).not.toContain(token)
    expect(job).not.toContain(email)
  }
})

test('so many mails go to an address, whoever asks', async () => {
  const replica = await installation.startReplica({
    limits: { mailLimit: { points: 2, durationSeconds: 60 } },
  })
  const email = newEmail()
  const ask = async () =>
    (await replica.browser().post('/api/v1/password-reset-mail', { email })).status
  expect([await ask(), await ask(), await ask()]).toEqual([204, 204, 429])
})

test('a new password asks for the old one and ends the other sign-ins, not this one', async () => {
  const browser = api.browser()
  const email = await signUp(browser)
  const elsewhere = api.browser()
  await signInAs(elsewhere, email)
  const change = (current: string) =>
    browser.fetch('/api/v1/account/password', {
      method: 'PUT',
      json: { current, password: 'another horse battery' },
    })
  expect(await codeOf(await change('not the password'))).toBe('wrong-password')
  expect((await change(PASSWORD)).status).toBe(204)
  expect((await browser.get('/api/v1/chats')).status).toBe(200)
  expect((await elsewhere.get('/api/v1/chats')).status).toBe(401)
  expect((await signInAs(api.browser(), email)).status).toBe(401)
})

test('a guest has no account to change', async () => {
  const browser = await guest(api)
  const response = await browser.get('/api/v1/account')
  expect([response.status, await codeOf(response)]).toEqual([403, 'members-only'])
})

const rules = (mode: string, domains: string[] = []) =>
  administrator.fetch('/api/v1/admin/sign-up', { method: 'PUT', json: { mode, domains } })
const attempt = (input: object) =>
  strict.browser().post('/api/v1/sign-up', { email: newEmail(), password: PASSWORD, ...input })
const invite = async (input: object = {}): Promise<CreatedInvitation & { token: string }> => {
  const response = await administrator.post('/api/v1/admin/invitations', input)
  expect(response.status).toBe(201)
  const created = (await response.json()) as CreatedInvitation
  return { ...created, token: new URL(created.link).searchParams.get('invitation')! }
}

test('who may sign up is what an administrator says, at once and on every replica', async () => {
  expect(await (await rules('closed')).json()).toMatchObject({ mode: 'closed' })
  expect(await codeOf(await attempt({}))).toBe('sign-up-closed')
  await rules('domain', ['example.org'])
  expect(await codeOf(await attempt({}))).toBe('domain-not-admitted')
  expect(await codeOf(await attempt({ email: 'x@evil.example.org' }))).toBe('domain-not-admitted')
  expect(await codeOf(await attempt({ email: 'x@example.org.evil.example' }))).toBe(
    'domain-not-admitted',
  )
  // Whoever types such an address has not shown that it is theirs, whatever else is asked for.
  const theirs = await api.browser().post('/api/v1/sign-up', {
    email: `colleague-${newEmail().replace('.com', '.org')}`,
    password: PASSWORD,
  })
  expect(await theirs.json()).toMatchObject({ confirmationNeeded: true, user: null })
  await rules('open')
  expect((await attempt({})).status).toBe(201)
})

test('an invitation is good so often, for its address, and until it is withdrawn', async () => {
  await rules('invitation')
  expect(await codeOf(await attempt({}))).toBe('invitation-needed')
  expect(await codeOf(await attempt({ invitation: 'x'.repeat(43) }))).toBe('invitation-not-valid')

  const twice = await invite({ useLimit: 2 })
  const together = await Promise.all(
    Array.from({ length: 6 }, () => attempt({ invitation: twice.token })),
  )
  expect(together.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
    201, 201, 403, 403, 403, 403,
  ])

  const email = newEmail()
  const own = await invite({ email, tier: 'team' })
  expect(await codeOf(await attempt({ invitation: own.token }))).toBe('invitation-not-valid')
  expect((await attempt({ invitation: own.token, email: email.toUpperCase() })).status).toBe(201)
  expect(await codeOf(await attempt({ invitation: own.token }))).toBe('invitation-not-valid')
  const user = await admin
    .selectFrom('users')
    .select('tier')
    .where('email', '=', email)
    .executeTakeFirstOrThrow()
  expect(user.tier).toBe('team')

  const withdrawn = await invite()
  const response = await administrator.fetch(`/api/v1/admin/invitations/${withdrawn.id}`, {
    method: 'DELETE',
  })
  expect(response.status).toBe(204)
  expect(await codeOf(await attempt({ invitation: withdrawn.token }))).toBe('invitation-not-valid')
  const list = await administrator.json<InvitationList>('/api/v1/admin/invitations')
  expect(list.invitations.map(({ state }) => state)).toEqual(['revoked', 'used', 'used'])
  const unknown = await administrator.post('/api/v1/admin/invitations', { tier: 'golden' })
  expect(await codeOf(unknown)).toBe('unknown-tier')
  await rules('open')
})

test('four times the same account at once is one account', async () => {
  const email = newEmail()
  const together = await Promise.all(
    Array.from({ length: 4 }, () =>
      api.browser().post('/api/v1/sign-up', { email, password: PASSWORD }),
    ),
  )
  expect(together.filter(({ status }) => status === 201)).toHaveLength(1)
  for (const { status } of together) expect([201, 409]).toContain(status)
})

test('guests are asked to sign up once answers cost something, and keep their chats', async () => {
  const browser = await guest(api)
  await browser.turn('/api/v1/turns', { text: 'Keep this.' })
  const paid = await installation.startReplica({ accounts: { guests: 'off' } })
  const later = paid.browser()
  for (const [name, value] of browser.cookies) later.cookies.set(name, value)
  expect((await me(later)).installation.guests).toBe(false)
  const refused = await later.post('/api/v1/turns', { text: 'More?' })
  expect([refused.status, await codeOf(refused)]).toEqual([403, 'guests-not-welcome'])
  expect(await codeOf(await paid.browser().post('/api/v1/sign-in/guest'))).toBe(
    'guests-not-welcome',
  )
  expect((await later.json<{ chats: unknown[] }>('/api/v1/chats')).chats).toHaveLength(1)
  await signUp(later)
  expect((await later.post('/api/v1/turns', { text: 'More.' })).status).toBe(202)
  expect((await later.json<{ chats: unknown[] }>('/api/v1/chats')).chats).toHaveLength(2)
})

test('the mailbox is a laptop’s: elsewhere, and for other computers, it is not there', async () => {
  expect((await api.browser().get('/api/v1/mailbox')).status).toBe(200)
  const proxied = await installation.startReplica({ trustedProxyHops: 1 })
  const fromAfar = await proxied
    .browser()
    .fetch('/api/v1/mailbox', { headers: { 'x-forwarded-for': '203.0.113.5' } })
  expect(fromAfar.status).toBe(404)
  const production = await installation.startReplica({ mode: 'production' })
  expect((await production.browser().get('/api/v1/mailbox')).status).toBe(404)
  const refused = await production
    .browser()
    .post('/api/v1/password-reset-mail', { email: newEmail() })
  expect([refused.status, await codeOf(refused)]).toEqual([409, 'no-mail'])
})

test('a second factor is asked for at each sign-in, and the account says so', async () => {
  const browser = api.browser()
  const email = await signUp(browser)
  const begun = await browser.post('/api/v1/account/two-factor', { password: PASSWORD })
  expect(begun.status).toBe(201)
  const { uri, backupCodes } = (await begun.json()) as { uri: string; backupCodes: string[] }
  expect(uri).toMatch(/^otpauth:\/\/totp\//)
  // Begun is not on: whoever does not confirm is not locked out.
  expect((await (await signInAs(api.browser(), email)).json()) as object).toMatchObject({
    codeNeeded: false,
  })
  // Another's cookie beside one's own token opens nothing of theirs.
  const stranger = api.browser()
  await signUp(stranger)
  const mixed = await browser.post(
    '/api/v1/account/two-factor/confirmation',
    { code: '123456' },
    { authorization: `Bearer ${stranger.cookies.get('test.access')!}` },
  )
  expect([mixed.status, await codeOf(mixed)]).toEqual([403, 'browser-needed'])
  expect(backupCodes).toHaveLength(10)
  expect(await browser.json<Account>('/api/v1/account')).toMatchObject({
    hasPassword: true,
    twoFactor: { enabled: false },
    linked: [],
  })
  const nothing = await api.browser().post('/api/v1/sign-in/code', { code: backupCodes[0] })
  expect([nothing.status, await codeOf(nothing)]).toEqual([401, 'sign-in-expired'])
})

test('a set-up token makes the first administrator, once, on whatever replica', async () => {
  const other = await arrangeInstallation()
  const production = await other.startReplica({
    mode: 'production',
    accounts: { signUp: { mode: 'closed', domains: [] } },
  })
  const said: string[] = []
  const logger = { warn: (text: string) => void said.push(text) } as never
  const announce = () => production.setUp.announce({ logger, publicOrigin: 'https://x.example' })
  await announce()
  await announce()
  const [first, second] = said.map((text) => /enter ([\w-]{43})$/.exec(text)![1]!)
  const browser = production.browser()
  const setUp = (by: Browser, token: string) => by.post('/api/v1/set-up', { token })
  // Nobody else may sign up, and who holds the token must be able to.
  const email = newEmail()
  const account = { email, password: PASSWORD, invitation: first }
  expect((await browser.post('/api/v1/sign-up', account)).status).toBe(201)
  expect(await codeOf(await setUp(browser, 'x'.repeat(43)))).toBe('set-up-token-wrong')
  const another = await other.startReplica({ mode: 'production' })
  const elsewhere = another.browser()
  await signInAs(elsewhere, email)
  const done = await setUp(elsewhere, second!)
  expect((await done.json()) as Me).toMatchObject({ user: { role: 'admin' } })
  expect((await elsewhere.get('/api/v1/admin/sign-up')).status).toBe(200)
  expect(await codeOf(await setUp(elsewhere, first!))).toBe('set-up-done')
  const late = await production.browser().post('/api/v1/sign-up', { ...account, email: newEmail() })
  expect(late.status).toBe(403)
  said.length = 0
  await announce()
  expect(said).toEqual([])
  await other.close()
})

test('what happens to accounts is in the audit log, without a name in it', async () => {
  const rows = await db.selectFrom('auditLog').selectAll().execute()
  const actions = new Set(rows.map(({ action, outcome }) => `${action} ${outcome}`))
  for (const expected of [
    'sign-up completed',
    'sign-in completed',
    'sign-in refused',
    'email-verification completed',
    'password-reset requested',
    'password-reset completed',
    'password-change completed',
    'invitation completed',
    'invitation-revoked completed',
    'sign-up-rules completed',
  ]) {
    expect(actions).toContain(expected)
  }
  expect(JSON.stringify(rows)).not.toContain('@example')
})
