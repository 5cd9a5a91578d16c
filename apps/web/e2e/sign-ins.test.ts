import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { answerBegan, ask } from './harness/chat-page.ts'
import { pageFaults } from './harness/page-faults.ts'
import { pace } from './harness/simulator.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()
const PASSWORD = 'correct horse battery'
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'

async function fillIn(page: Page, email: string, button: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: button }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** A member, signed in here and there. */
async function arrange(options: { javaScriptEnabled: boolean } = { javaScriptEnabled: true }) {
  const email = `${randomBytes(6).toString('hex')}@example.com`
  const here = await visit(options)
  await here.page.goto('/sign-up')
  await fillIn(here.page, email, 'Sign up')
  const there = await visit({ userAgent: FIREFOX })
  await there.page.goto('/sign-in')
  await fillIn(there.page, email, 'Sign in')
  return { here: here.page, there: there.page, email }
}

const entries = (page: Page) => page.locator('.sign-in')

test.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'with $javaScriptEnabled: somebody signed in elsewhere is signed out from here',
  async (options) => {
    const { here, there } = await arrange(options)
    await here.getByRole('link', { name: 'Sign-ins' }).click()
    await entries(here).nth(1).waitFor()
    expect(await entries(here).count()).toBe(2)
    const other = here.getByRole('region', { name: 'Firefox on Windows' })
    expect(await here.getByText('This one').count()).toBe(1)
    expect(await other.getByText('This one').count()).toBe(0)
    await other.getByRole('button', { name: 'Sign out' }).click()
    await other.waitFor({ state: 'detached' })
    expect(await entries(here).count()).toBe(1)
    await there.goto('/settings/sign-ins')
    await there.getByRole('heading', { name: 'Sign in to see this' }).waitFor()
    await here.reload()
    await here.getByText('This one').waitFor()
  },
)

test('a page that reads an answer is asked to sign in once its sign-in was ended elsewhere', async () => {
  const { here, there } = await arrange()
  await using _ = await pace(4)
  await there.goto('/')
  await ask(there, 'What is a delta? [tokens:400]')
  await answerBegan(there)
  const asked: string[] = []
  await here.goto('/settings/sign-ins')
  await here.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await entries(here).nth(1).waitFor({ state: 'detached' })
  await there.getByRole('heading', { name: 'Sign in to see this' }).waitFor()
  // It does not go on asking.
  there.on('request', (request) => asked.push(request.url()))
  await there.getByRole('link', { name: 'Sign in' }).first().click()
  await there.getByLabel('E-mail').waitFor()
  expect(asked.filter((url) => url.includes('/events'))).toEqual([])
})

test('the page has no serious fault and fits a phone', async () => {
  const { here } = await arrange()
  await here.goto('/settings/sign-ins')
  expect(await pageFaults(here, 'sign-ins')).toEqual([])
})
