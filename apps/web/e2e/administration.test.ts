import { randomBytes } from 'node:crypto'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect, inject, test } from 'vitest'
import { ask } from './harness/chat-page.ts'
import { PHONE } from './harness/chromium.ts'
import { openLine } from './harness/line.ts'
import { pageFaults } from './harness/page-faults.ts'
import { failingProviders } from './harness/simulator.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()
const PASSWORD = 'correct horse battery'
const scripts = [{ javaScriptEnabled: true }, { javaScriptEnabled: false }]

async function signIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function visitAsAdministrator(options?: BrowserContextOptions): Promise<Page> {
  const { page } = await visit(options)
  await signIn(page, inject('administrator'))
  // On a phone it is in the sidebar, which is closed.
  await page
    .getByRole('button', { name: 'Sign out', includeHidden: true })
    .waitFor({ state: 'attached' })
  return page
}

async function signUp(page: Page): Promise<string> {
  const email = `${randomBytes(6).toString('hex')}@example.com`
  await page.goto('/sign-up')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return email
}

async function openUser(page: Page, email: string): Promise<void> {
  await page.goto('/admin/users')
  await page.getByLabel('E-mail or name begins with').fill(email.toUpperCase())
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByRole('link', { name: new RegExp(email) }).click()
  await page.getByRole('heading', { name: email }).waitFor()
}

async function announce(page: Page, fields: { text: string; severity?: string }): Promise<void> {
  await page.goto('/admin/announcements')
  await page.getByLabel('Text').fill(fields.text)
  await page.getByLabel('Severity').selectOption(fields.severity ?? 'info')
  await page.getByRole('button', { name: 'Announce' }).click()
  await page.locator('.admin-row', { hasText: fields.text }).waitFor()
}

async function takeBack(page: Page, text: string): Promise<void> {
  await page.goto('/admin/announcements')
  await page.locator('.admin-row', { hasText: text }).click()
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.waitForURL('**/admin/announcements')
}

const banner = (page: Page, text: string) => page.locator('.announcement', { hasText: text })
const newWords = (): string => `Words ${randomBytes(4).toString('hex')}`

test('the administration is for administrators, and says so to others', async () => {
  const { page } = await visit()
  const unknown = await page.goto('/admin/users')
  expect(unknown?.status()).toBe(401)
  await page.getByRole('heading', { name: 'Sign in to see this' }).waitFor()
  await signUp(page)
  expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0)
  for (const path of ['', '/users', '/announcements', '/failures', '/providers']) {
    expect((await page.goto(`/admin${path}`))?.status(), path).toBe(403)
    await page.getByRole('heading', { name: 'This is for administrators.' }).waitFor()
  }
})

test('its sections are reached by keys, on a phone too', async () => {
  const page = await visitAsAdministrator(PHONE)
  await page.goto('/admin')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const sections = page.getByRole('navigation', { name: 'Administration' })
  await sections.getByRole('link', { name: 'Overview' }).focus()
  for (const name of ['Users', 'Announcements', 'Failures']) {
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await sections.locator('a[aria-current="page"]', { hasText: name }).waitFor()
    expect(await page.title()).toContain(name)
  }
})

test('the section that is shown is in view on a phone, although all together are wider', async () => {
  const page = await visitAsAdministrator(PHONE)
  await page.goto('/admin/audit')
  const shown = page.locator('.admin-nav a[aria-current="page"]', { hasText: 'Audit log' })
  await expect
    .poll(async () => {
      const { x, width } = (await shown.boundingBox())!
      return x >= 0 && x + width <= PHONE.viewport.width
    })
    .toBe(true)
})

test('no page of it is wider than a small phone', async () => {
  const page = await visitAsAdministrator({ ...PHONE, viewport: { width: 360, height: 740 } })
  const member = await visit()
  await openUser(page, await signUp(member.page))
  const paths = [new URL(page.url()).pathname, '/admin', '/admin/users', '/admin/announcements']
  for (const path of [...paths, '/admin/failures', '/admin/providers']) {
    await page.goto(path)
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width, path).toBeLessThanOrEqual(360)
  }
})

test.each(scripts)(
  'with $javaScriptEnabled: a user is found, gets a tier, is banned for a reason, and let in again',
  async (options) => {
    const member = await visit()
    const email = await signUp(member.page)
    const page = await visitAsAdministrator(options)
    await openUser(page, email)
    const standing = page.getByText(/^100 % of what the tier gives, since .* UTC: what everybody/)
    await standing.waitFor()
    await page.getByRole('combobox', { name: 'Tier' }).selectOption('team')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('.badge', { hasText: 'team' }).waitFor()

    await page.getByLabel('Reason').selectOption('spam')
    await page.getByRole('button', { name: 'Ban', exact: true }).click()
    await page.locator('.badge', { hasText: 'Banned' }).waitFor()
    await page.getByText(/user-ban by an administrator, reason: spam/).waitFor()
    await member.page.goto('/settings/data')
    await member.page.getByRole('heading', { name: 'Sign in to see this' }).waitFor()
    await signIn(member.page, { email, password: PASSWORD })
    await member.page
      .getByRole('alert')
      .getByText(/closed by an administrator/)
      .waitFor()

    await page.getByRole('button', { name: 'Lift the ban' }).click()
    await page.getByLabel('Reason').waitFor()
    await signIn(member.page, { email, password: PASSWORD })
    await member.page.getByRole('button', { name: 'Sign out' }).waitFor()
  },
)

test('administrators cannot ban themselves or change their own role', async () => {
  const page = await visitAsAdministrator()
  await openUser(page, inject('administrator').email)
  expect(await page.getByRole('combobox', { name: 'Role' }).isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: 'Ban', exact: true }).count()).toBe(0)
})

test('what is announced shows on an open page without a reload, politely, and is gone once dismissed', async () => {
  const admin = await visitAsAdministrator()
  const { page } = await visit()
  await page.goto('/')
  await page.getByRole('heading', { name: 'What are you curious about?' }).waitFor()
  await page.evaluate(() => Object.assign(window, { isSamePage: true }))
  const words = newWords()
  await announce(admin, {
    text: `${words}, see https://status.example.com/now.`,
    severity: 'outage',
  })

  await banner(page, words).waitFor({ timeout: 30_000 })
  expect(await page.evaluate(() => Reflect.get(window, 'isSamePage'))).toBe(true)
  expect(await page.locator('[aria-live="polite"]', { has: banner(page, words) }).count()).toBe(1)
  const link = banner(page, words).getByRole('link')
  expect(await link.getAttribute('href')).toBe('https://status.example.com/now')

  await banner(page, words).getByRole('button', { name: 'Dismiss: Outage' }).click()
  await banner(page, words).waitFor({ state: 'detached' })
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  await expect
    .poll(async () => (await page.context().cookies()).map(({ name }) => name))
    .toContain('brainlyx-dismissed')
  await page.reload()
  await page.getByRole('heading', { name: 'What are you curious about?' }).waitFor()
  expect(await banner(page, words).count()).toBe(0)
  await takeBack(admin, words)
}, 60_000)

test('what is dismissed where the answer’s end is late is no error', async () => {
  const admin = await visitAsAdministrator()
  const words = newWords()
  await announce(admin, { text: words })
  await using line = await openLine(inject('webUrl'))
  const { page } = await visit({ baseURL: line.url })
  await page.goto('/')
  await page.getByRole('heading', { name: 'What are you curious about?' }).waitFor()
  line.holdEnds()
  const answer = page.waitForResponse(/\/announcements\/dismiss/)
  await banner(page, words).getByRole('button').click()
  await answer
  // What was on the line before this has been read.
  await page.evaluate(async () => (await fetch('/icon.svg')).status)
  line.releaseEnds()
  await takeBack(admin, words)
})

test('without script it is on the page, can be dismissed, and comes back with other words', async () => {
  const admin = await visitAsAdministrator({ javaScriptEnabled: false })
  const words = newWords()
  await announce(admin, { text: words, severity: 'warning' })
  const { page } = await visit({ javaScriptEnabled: false })
  await page.goto('/search')
  await banner(page, words).getByRole('button').click()
  await page.waitForURL('**/search')
  expect(await banner(page, words).count()).toBe(0)

  await admin.locator('.admin-row', { hasText: words }).click()
  await admin.getByLabel('Text').fill(`${words} have changed`)
  await admin.getByRole('button', { name: 'Save' }).click()
  await admin.waitForURL('**/admin/announcements')
  await page.goto('/search')
  await banner(page, `${words} have changed`).waitFor()
  await takeBack(admin, words)
})

test('markup, scripts and strange addresses in an announcement are words', async () => {
  const admin = await visitAsAdministrator()
  const words = newWords()
  const text = `${words} <img src=x onerror="window.hurt=1"><script>window.hurt=1</script> javascript:alert(1) https://a.example/"onmouseover="window.hurt=1`
  await announce(admin, { text })
  const { page, complaints } = await visit()
  await page.goto('/')
  await banner(page, words).waitFor()
  expect(await banner(page, words).locator('p').innerText()).toBe(`Notice: ${text}`)
  expect(await banner(page, words).locator('img, script, p [onmouseover]').count()).toBe(0)
  const links = await banner(page, words)
    .getByRole('link')
    .evaluateAll((all) => all.map((each) => each.getAttribute('href')))
  expect(links).toEqual(['https://a.example/'])
  expect(await page.evaluate(() => Reflect.get(window, 'hurt'))).toBeUndefined()
  expect(complaints).toEqual([])
  await takeBack(admin, words)
})

test('an announcement that makes no sense is refused, and keeps its words', async () => {
  const admin = await visitAsAdministrator()
  await admin.goto('/admin/announcements')
  await admin.getByLabel('Text').fill('Only yesterday')
  await admin.getByLabel('Until').fill('2020-01-01T10:00')
  await admin.getByRole('button', { name: 'Announce' }).click()
  await admin
    .getByRole('alert')
    .getByText(/Until: is over already/)
    .waitFor()
  expect(await admin.getByLabel('Text').inputValue()).toBe('Only yesterday')
})

test.each(scripts)(
  'with $javaScriptEnabled: the trace that a failed answer shows is explained to an administrator, without its words',
  async (options) => {
    const { page } = await visit()
    await page.goto('/')
    await using _ = await failingProviders('400')
    const words = newWords()
    await ask(page, words)
    const traceId = await page.locator('.turn-problem .problem-trace code').innerText()

    const admin = await visitAsAdministrator(options)
    await admin.goto('/admin/failures')
    await admin.getByLabel('Trace id, or the id of a turn').fill(traceId)
    await expect
      .poll(
        async () => {
          await admin.getByRole('button', { name: 'Explain' }).click()
          await admin.waitForURL(/trace=/)
          return admin.getByRole('heading', { name: 'The turn', exact: true }).count()
        },
        { timeout: 10_000 },
      )
      .toBe(1)
    await admin.getByRole('heading', { name: 'The router’s decision' }).first().waitFor()
    await admin
      .getByRole('row', { name: /failed/ })
      .first()
      .waitFor()
    expect(await admin.content()).not.toContain(words)
  },
)

test('what is no trace is said to be none', async () => {
  const admin = await visitAsAdministrator()
  await admin.goto('/admin/failures?trace=nonsense')
  await admin
    .getByRole('alert')
    .getByText(/neither a trace id/)
    .waitFor()
  await admin.goto(`/admin/failures?trace=${'0'.repeat(32)}`)
  await admin.getByText('Nothing is known of it.').waitFor()
})

test('none of its pages has a serious fault', async () => {
  const page = await visitAsAdministrator()
  const member = await visit()
  await member.page.goto('/')
  await using _ = await failingProviders('400')
  await ask(member.page, 'Why does this fail?')
  const trace = await member.page.locator('.turn-problem .problem-trace code').innerText()
  const words = newWords()
  await announce(page, { text: `${words}: see https://status.example.com`, severity: 'outage' })
  await openUser(page, await signUp(member.page))
  const user = new URL(page.url()).pathname
  await page.goto(user)
  await page.getByLabel('Reason').selectOption('abuse')
  await page.getByRole('button', { name: 'Ban', exact: true }).click()
  await page.locator('.badge', { hasText: 'Banned' }).waitFor()
  const paths = {
    overview: '/admin',
    users: '/admin/users',
    user,
    announcements: '/admin/announcements',
    failures: '/admin/failures',
    failure: `/admin/failures?trace=${trace}`,
    providers: '/admin/providers',
    told: '/',
  }
  for (const [name, path] of Object.entries(paths)) {
    await page.goto(path)
    expect(await pageFaults(page, `admin ${name}`)).toEqual([])
  }
  await takeBack(page, words)
}, 240_000)
