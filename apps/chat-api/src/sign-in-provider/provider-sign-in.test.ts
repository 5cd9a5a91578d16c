import type { Account, Me } from '@brainlyx/chat-contract'
import { startOpenIdProvider } from '@brainlyx/testkit/openid-provider'
import type { OpenIdPerson } from '@brainlyx/testkit/openid-provider'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { Browser } from '../../test/browser.ts'
import { PUBLIC_ORIGIN, arrangeInstallation, guest, signUp } from '../../test/installation.ts'
import { readProviderSettings } from './provider-settings.ts'
import { identifierOf } from './provider-sign-in.service.ts'

/** Whom the providers know, by their subject. */
const people = new Map<string, OpenIdPerson>()
const installation = await arrangeInstallation()
const { admin } = installation

const callbackOf = (id: string): string => `${PUBLIC_ORIGIN}/api/v1/sign-in/with/${id}/callback`
const corporate = await startOpenIdProvider({ redirectUri: callbackOf('corporate'), people })
const other = await startOpenIdProvider({ redirectUri: callbackOf('other'), people })
afterAll(async () => {
  await corporate.close()
  await other.close()
  await installation.close()
})

const settings = await readProviderSettings({
  text: JSON.stringify([
    {
      id: 'corporate',
      name: 'The company',
      issuer: corporate.issuer,
      clientId: corporate.clientId,
      clientSecret: corporate.clientSecret,
      trusted: true,
      admins: ['it'],
      tiers: { team: ['engineering'], pro: ['sales'] },
    },
    {
      id: 'other',
      issuer: other.issuer,
      clientId: other.clientId,
      clientSecret: other.clientSecret,
    },
  ]),
  file: undefined,
  allowHttp: true,
})
const api = await installation.startReplica({ accounts: { providers: settings } })
await signUp(api.browser()) // the laptop's administrator

let count = 0
function person(given: OpenIdPerson = {}): { subject: string; email: string } {
  const subject = `subject-${++count}`
  const email = given.email ?? `${subject}@example.com`
  people.set(subject, { email, email_verified: true, name: `Person ${count}`, ...given })
  return { subject, email }
}

/** Begins here, and goes through the provider's own pages until it sends the browser back. @returns where to */
async function callbackFor(browser: Browser, subject: string, id = 'corporate'): Promise<URL> {
  const begun = await browser.get(`/api/v1/sign-in/with/${id}`)
  expect(begun.status).toBe(303)
  const start = new URL(begun.headers.get('location')!)
  expect(start.searchParams.get('code_challenge_method')).toBe('S256')
  start.searchParams.set('login_hint', subject)
  const cookies = new Browser(start.origin)
  let next = start
  while (next.origin === start.origin) {
    const response = await cookies.fetch(`${next.pathname}${next.search}`)
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${response.status} ${await response.text()}`)
    next = new URL(location, next)
  }
  return next
}

async function comeBack(browser: Browser, callback: URL): Promise<string> {
  const response = await browser.get(`${callback.pathname}${callback.search}`)
  expect(response.status).toBe(303)
  return response.headers.get('location')!
}

const signIn = async (browser: Browser, subject: string, id?: string): Promise<string> =>
  comeBack(browser, await callbackFor(browser, subject, id))
const me = (browser: Browser): Promise<Me> => browser.json<Me>('/api/v1/me')

test('whoever comes from a provider has an account, and the same one the next time', async () => {
  const { subject, email } = person()
  const browser = await guest(api)
  await browser.turn('/api/v1/turns', { text: 'Keep this.' })
  expect(await signIn(browser, subject)).toBe('/')
  const { user, installation: offered } = await me(browser)
  expect(user).toMatchObject({ kind: 'member', email, emailVerified: true, role: 'user' })
  expect((await browser.json<{ chats: unknown[] }>('/api/v1/chats')).chats).toHaveLength(1)
  expect(offered.signInProviders).toEqual([
    { id: 'corporate', name: 'The company', path: '/api/v1/sign-in/with/corporate' },
    { id: 'other', name: 'other', path: '/api/v1/sign-in/with/other' },
  ])
  const again = api.browser()
  people.set(subject, { email: 'renamed@example.com', email_verified: true })
  expect(await signIn(again, subject)).toBe('/')
  expect((await me(again)).user).toMatchObject({ id: user!.id, email })
  expect(await again.json<Account>('/api/v1/account')).toMatchObject({
    hasPassword: false,
    linked: [{ providerId: 'corporate', name: 'The company' }],
  })
})

test('groups give role and tier, and take them again at the next sign-in', async () => {
  const { subject, email } = person({ groups: ['it', 'sales', 'engineering'] })
  const browser = api.browser()
  await signIn(browser, subject)
  expect((await me(browser)).user).toMatchObject({ role: 'admin' })
  expect((await browser.get('/api/v1/admin/sign-up')).status).toBe(200)
  const tier = async () =>
    (
      await admin
        .selectFrom('users')
        .select('tier')
        .where('email', '=', email)
        .executeTakeFirstOrThrow()
    ).tier
  expect(await tier()).toBe('team')
  people.set(subject, { email, email_verified: true, groups: ['sales'] })
  const elsewhere = api.browser()
  await signIn(elsewhere, subject)
  expect(await tier()).toBe('pro')
  expect((await elsewhere.get('/api/v1/admin/sign-up')).status).toBe(403)
  // The token of before says more than is true, and counts no more.
  expect((await browser.get('/api/v1/admin/sign-up')).status).toBe(403)
})

test('an address that nobody has confirmed leads to no account, there or here', async () => {
  const unconfirmed = person({ email_verified: false })
  expect(await signIn(api.browser(), unconfirmed.subject)).toBe(
    '/sign-in?refused=address-not-verified',
  )
  const owner = await signUp(api.browser())
  const attacker = person({ email: owner, email_verified: false })
  const browser = api.browser()
  expect(await signIn(browser, attacker.subject)).toBe('/sign-in?refused=address-not-verified')
  expect((await me(browser)).user).toBeNull()
  // Confirmed there, but not here: somebody else may have made this account and know its password.
  const rightful = person({ email: owner })
  expect(await signIn(browser, rightful.subject)).toBe('/sign-in?refused=account-exists')
  expect((await me(browser)).user).toBeNull()
})

test('a trusted provider is linked to the account of a confirmed address; another is not', async () => {
  const email = await signUp(api.browser())
  const user = await admin
    .updateTable('users')
    .set({ emailVerifiedAt: new Date() })
    .where('email', '=', email)
    .returning('id')
    .executeTakeFirstOrThrow()
  const { subject } = person({ email })
  expect(await signIn(api.browser(), subject, 'other')).toBe('/sign-in?refused=account-exists')
  const browser = api.browser()
  expect(await signIn(browser, subject)).toBe('/')
  expect((await me(browser)).user).toMatchObject({ id: user.id })
})

test('an answer is good once, in the browser that asked, for the provider that was asked', async () => {
  const { subject } = person()
  const browser = api.browser()
  const callback = await callbackFor(browser, subject)
  const expired = '/sign-in?refused=sign-in-expired'

  // Somebody who is sent to the end of another's sign-in is not signed in as them; and the answer is spent.
  const victim = api.browser()
  expect(await comeBack(victim, callback)).toBe(expired)
  expect((await me(victim)).user).toBeNull()
  expect(await comeBack(browser, callback)).toBe(expired)

  const second = await callbackFor(browser, subject)
  const kept = new Map(browser.cookies)
  expect(await comeBack(browser, second)).toBe('/')
  const replay = api.browser()
  for (const [name, value] of kept) replay.cookies.set(name, value)
  expect(await comeBack(replay, second)).toBe(expired)

  const stateless = await callbackFor(browser, subject)
  stateless.searchParams.delete('state')
  expect(await comeBack(browser, stateless)).toBe(expired)

  const mixed = await callbackFor(browser, subject)
  mixed.pathname = new URL(callbackOf('other')).pathname
  expect(await comeBack(browser, mixed)).toBe(expired)
})

test('an answer of another issuer, with another code or for another sign-in is refused', async () => {
  const { subject } = person()
  const refused = '/sign-in?refused=provider-refused'
  const change = async (what: (callback: URL) => void | Promise<void>): Promise<string> => {
    const browser = api.browser()
    const callback = await callbackFor(browser, subject)
    await what(callback)
    const location = await comeBack(browser, callback)
    expect((await me(browser)).user).toBeNull()
    return location
  }
  expect(await change((callback) => callback.searchParams.set('iss', other.issuer))).toBe(refused)
  expect(await change((callback) => callback.searchParams.set('code', 'made-up'))).toBe(refused)
  // The attacker's code in the victim's sign-in: its verifier, and its nonce, are not the ones it was made for.
  expect(
    await change(async (callback) => {
      const attackers = await callbackFor(api.browser(), subject)
      callback.searchParams.set('code', attackers.searchParams.get('code')!)
    }),
  ).toBe(refused)
  expect(
    await change((callback) => {
      callback.searchParams.delete('code')
      callback.searchParams.set('error', 'access_denied')
      callback.searchParams.set('error_description', '<script>CANARY</script>')
    }),
  ).toBe(refused)
})

test('nobody is sent to another site, whatever the address says', async () => {
  const { subject } = person()
  const browser = api.browser()
  const callback = await callbackFor(browser, subject)
  for (const name of ['redirect', 'callbackURL', 'next', 'returnTo']) {
    callback.searchParams.set(name, 'https://evil.example')
  }
  expect(await comeBack(browser, callback)).toBe('/')
  const forged = await api.browser().fetch('/api/v1/sign-in/with/corporate', {
    headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
  })
  const redirectUri = new URL(forged.headers.get('location')!).searchParams.get('redirect_uri')
  expect(redirectUri).toBe(callbackOf('corporate'))
})

test('a token that was signed for another sign-in is refused: its nonce is another', async () => {
  const { subject } = person()
  const browser = api.browser()
  const callback = await callbackFor(browser, subject)
  // As if the provider had mixed two sign-ins up; what is kept here says another nonce than the token.
  const { numAffectedRows } = await sql`
    update auth.verification
    set value = jsonb_set(value::jsonb, '{nonce}', to_jsonb(repeat('x', 43)))::text
    where identifier = ${identifierOf(callback.searchParams.get('state')!)}
  `.execute(admin)
  expect(numAffectedRows).toBe(1n)
  expect(await comeBack(browser, callback)).toBe('/sign-in?refused=provider-refused')
})

test('the rules of signing up hold for those who come from a provider, too', async () => {
  const closed = await installation.startReplica({
    accounts: { providers: settings, signUp: { mode: 'closed', domains: [] } },
  })
  const { subject } = person()
  const browser = closed.browser()
  expect(await signIn(browser, subject)).toBe('/sign-in?refused=sign-up-closed')
  const { rows } = await sql`
    select from auth.account where "accountId" = ${subject}
  `.execute(admin)
  expect(rows).toEqual([])
})

test('a provider that is away is told, and keeps nobody from starting', async () => {
  const away = settings.map((each) => ({ ...each, issuer: 'http://127.0.0.1:1' }))
  const replica = await installation.startReplica({ accounts: { providers: away } })
  const response = await replica.browser().get('/api/v1/sign-in/with/corporate')
  expect(response.status).toBe(502)
  expect(await response.json()).toMatchObject({ code: 'provider-unreachable', retryable: true })
})

test('settings that are wrong are told without the secrets in them', async () => {
  const read = (text: string) => readProviderSettings({ text, file: undefined, allowHttp: false })
  const usable = { id: 'x', issuer: 'https://x.example', clientId: 'a', clientSecret: 'CANARY' }
  expect(await read(JSON.stringify([usable]))).toHaveLength(1)
  for (const [wrong, message] of [
    ['[{"clientSecret": "CANARY"', /neither YAML nor JSON/],
    [JSON.stringify([{ ...usable, id: 'A/B' }]), /small letters/],
    [JSON.stringify([{ ...usable, issuer: undefined }]), /issuer: is needed/],
    [JSON.stringify([{ ...usable, issuer: 'http://x.example' }]), /must be https/],
    [JSON.stringify([usable, usable]), /same id/],
    [JSON.stringify([{ ...usable, trustd: true }]), /trustd/],
  ] as const) {
    const error = await read(wrong).catch((problem: unknown) => problem as Error)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).not.toContain('CANARY')
  }
})
