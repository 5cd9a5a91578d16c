import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { answerEnded, ask, chatLinks } from './harness/chat-page.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()
const newAccount = (): string => `person-${randomBytes(4).toString('hex')}`

/** From the page to the provider's own, where one says who one is and what one belongs to, and back. */
async function signIn(page: Page, account: string, groups: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Continue with The company' }).click()
  await page.getByRole('heading', { name: 'The company' }).waitFor()
  await page.getByLabel('Account').fill(account)
  await page.getByLabel('Groups').fill(groups)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

test.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'with $javaScriptEnabled: groups of an account elsewhere are role and tier here, and whoever has left one loses both at the next sign-in',
  async (options) => {
    const account = newAccount()
    const { page } = await visit(options)
    await signIn(page, account, 'it, engineering')
    await page.getByRole('link', { name: 'Administration' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.goto('/settings/limits')
    await page.getByText(/Your tier is team/).waitFor()
    await page.goto('/settings/account')
    await page.getByText(`${account}@example.com`).first().waitFor()
    await page.getByRole('region', { name: 'Other services' }).getByText('The company').waitFor()
    await page.getByText('You have none: you sign in with another service.').waitFor()

    const elsewhere = await visit(options)
    await signIn(elsewhere.page, account, '')
    expect(await elsewhere.page.getByRole('link', { name: 'Administration' }).count()).toBe(0)
    expect((await elsewhere.page.goto('/admin'))?.status()).toBe(403)
    expect((await page.goto('/admin'))?.status()).toBe(403)
    await expect
      .poll(async () => {
        await page.goto('/settings/limits')
        return page.getByText(/Your tier is/).innerText()
      })
      .toContain('free')
  },
)

test('a guest who comes back from a provider keeps the chats', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'What is a lagoon?')
  await answerEnded(page)
  await signIn(page, newAccount(), '')
  await expect.poll(() => chatLinks(page).count()).toBe(1)
})

test('an answer that is not for this browser is refused on the page', async () => {
  const { page } = await visit()
  await page.goto('/api/v1/sign-in/with/company/callback?code=made-up&state=made-up')
  await page.getByRole('alert').waitFor()
  expect(new URL(page.url()).pathname).toBe('/sign-in')
  await page.getByLabel('Password').waitFor()
})
