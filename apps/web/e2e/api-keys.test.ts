import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, inject, test } from 'vitest'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

async function signUp(page: Page): Promise<void> {
  await page.goto('/sign-up')
  await page.getByLabel('E-mail').fill(`${randomBytes(6).toString('hex')}@example.com`)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

async function make(page: Page, name: string): Promise<string> {
  await page.getByLabel('Name', { exact: true }).first().fill(name)
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByRole('heading', { name: `Your new key: ${name}` }).waitFor()
  return page.getByLabel('The key').inputValue()
}

/** As a program would, by the address that people type. */
const models = (secret: string): Promise<Response> =>
  fetch(`${inject('webUrl')}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })

const card = (page: Page, name: string) => page.getByRole('article', { name })

test.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'with $javaScriptEnabled: a key is made, shown once, used, narrowed, replaced and revoked',
  async (options) => {
    const { page } = await visit(options)
    await signUp(page)
    await page.getByRole('link', { name: 'API keys' }).click()
    const secret = await make(page, 'My script')
    expect(secret).toMatch(/^bx-[0-9A-Za-z]{57}$/)
    expect((await models(secret)).status).toBe(200)
    await page.goto('/settings/api-keys')
    expect(await page.content()).not.toContain(secret)
    await card(page, 'My script').getByText('Active', { exact: true }).waitFor()

    await card(page, 'My script').getByText('Change', { exact: true }).click()
    await card(page, 'My script').getByLabel('Name', { exact: true }).fill('My narrow script')
    await card(page, 'My script')
      .getByLabel(/^Budget/)
      .fill('2.5')
    await card(page, 'My script').getByText('Only some models').click()
    await card(page, 'My script').getByLabel('Auto').check()
    await card(page, 'My script').getByRole('button', { name: 'Save' }).click()
    await card(page, 'My narrow script')
      .getByText(/auto · \$2\.50 a month/)
      .waitFor()
    const { data } = (await (await models(secret)).json()) as { data: { id: string }[] }
    expect(data.map(({ id }) => id)).toEqual(['auto'])

    await card(page, 'My narrow script').getByText('Replace', { exact: true }).first().click()
    await card(page, 'My narrow script').getByLabel('This one still counts for').selectOption('3')
    await card(page, 'My narrow script').getByRole('button', { name: 'Replace' }).click()
    await page.getByRole('heading', { name: /^Your new key/ }).waitFor()
    const next = await page.getByLabel('The key').inputValue()
    expect(next).not.toBe(secret)
    await page.getByText('Replaced, still counts').waitFor()
    expect([(await models(secret)).status, (await models(next)).status]).toEqual([200, 200])

    await page.goto('/settings/api-keys')
    const former = card(page, 'My narrow script').last()
    await former.getByText('Revoke', { exact: true }).click()
    await former.getByRole('button', { name: 'Revoke it: My narrow script' }).click()
    await page.getByText('Revoked', { exact: true }).waitFor()
    await expect.poll(async () => (await models(secret)).status).toBe(401)
    expect((await models(next)).status).toBe(200)
  },
)

test('what is not right is said beside its form', async () => {
  const { page } = await visit({ javaScriptEnabled: false })
  await signUp(page)
  await page.goto('/settings/api-keys')
  await page.getByLabel('Name', { exact: true }).fill(' ')
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByRole('alert').getByText(/name/).waitFor()
})

test('guests are told that keys are for accounts', async () => {
  const { page } = await visit()
  await page.goto('/')
  await page.request.post('/api/v1/sign-in/guest', { headers: { origin: inject('webUrl') } })
  await page.goto('/settings/api-keys')
  await page.getByText('Keys are for accounts').waitFor()
})

test('on a phone of 360 pixels nothing is cut off', async () => {
  const { page } = await visit()
  await signUp(page)
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto('/settings/api-keys')
  await make(page, 'A program with a name that is as long as a name may be, or nearly so at least')
  for (const summary of await page.locator('summary').all()) await summary.click()
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBeLessThanOrEqual(360)
})

test('an error under /v1 has OpenAI’s shape through web too', async () => {
  for (const [path, status] of [
    ['/v1/models', 401],
    ['/v1/nowhere', 404],
  ] as const) {
    const response = await fetch(`${inject('webUrl')}${path}`)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { status, traceId: expect.any(String) } })
  }
  const foreign = await fetch(`${inject('webUrl')}/v1/chat/completions`, {
    method: 'POST',
    headers: { origin: 'https://elsewhere.example', cookie: 'a=b' },
    body: '{}',
  })
  expect(foreign.status).toBe(403)
  expect(await foreign.json()).toMatchObject({ error: { code: 'foreign-origin' } })
})
