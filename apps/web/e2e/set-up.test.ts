import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProductionInstallation } from './harness/production-installation.ts'
import type { ProductionInstallation } from './harness/production-installation.ts'
import { useBrowser } from './harness/visit.ts'

const PASSWORD = 'correct horse battery'

let installation: ProductionInstallation
beforeAll(async () => {
  installation = await startProductionInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())
const browser = useBrowser()

const visit = async (options: BrowserContextOptions): Promise<Page> =>
  (await browser.visit({ baseURL: installation.url, ignoreHTTPSErrors: true, ...options })).page

async function signUp(page: Page, email: string): Promise<void> {
  await page.goto('/sign-up')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

async function setUp(page: Page, token: string): Promise<void> {
  await page.goto('/set-up')
  await page.getByLabel('Set-up token').fill(token)
  await page.getByRole('button', { name: 'Administrate it' }).click()
}

/** As whoever started it reads it in the log. */
function printedToken(): string {
  const token = /\/set-up and enter ([\w-]{43})/.exec(installation.chatApi.said())?.[1]
  if (token === undefined) throw new Error(`no token in:\n${installation.chatApi.said()}`)
  return token
}

test('outside local mode whoever has the printed token becomes the administrator, once', async () => {
  const stranger = await visit({ javaScriptEnabled: false })
  await stranger.goto('/set-up')
  await stranger.getByText('First make an account').waitFor()
  expect(await stranger.getByLabel('Set-up token').count()).toBe(0)

  // The first account is nobody special here.
  const owner = await visit({ javaScriptEnabled: false })
  await signUp(owner, 'owner@example.com')
  expect((await owner.goto('/admin'))?.status()).toBe(403)
  const token = printedToken()
  await setUp(owner, `${token.slice(0, -4)}AAAA`)
  await owner
    .getByRole('alert')
    .getByText(/This is not the set-up token/)
    .waitFor()
  expect((await owner.goto('/admin'))?.status()).toBe(403)

  await setUp(owner, token)
  await owner.waitForURL(`${installation.url}/`)
  await owner.getByRole('link', { name: 'Administration' }).click()
  await owner.getByRole('heading', { name: 'Overview' }).waitFor()

  const late = await visit({})
  await signUp(late, 'late@example.com')
  await setUp(late, token)
  await late
    .getByRole('alert')
    .getByText(/This installation has an administrator/)
    .waitFor()
  expect((await late.goto('/admin'))?.status()).toBe(403)
  expect(await late.getByRole('link', { name: 'Administration' }).count()).toBe(0)
})
