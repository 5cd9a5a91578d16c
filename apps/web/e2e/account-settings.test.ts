import { authenticatorCode } from '@brainlyx/testkit'
import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, inject, test } from 'vitest'
import { pageFaults } from './harness/page-faults.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()
const PASSWORD = 'correct horse battery'
const SCRIPTS = [{ javaScriptEnabled: true }, { javaScriptEnabled: false }]

async function signUp(page: Page, path = '/sign-up', email?: string): Promise<string> {
  const address = email ?? `${randomBytes(6).toString('hex')}@example.com`
  await page.goto(path)
  await page.getByLabel('E-mail').fill(address)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return address
}

async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function signOut(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('No account is needed to begin.').waitFor()
}

/** The page that shows what was sent to `address` under `subject`, once it is there. */
async function openLinkOf(page: Page, address: string, subject: string): Promise<void> {
  const mail = page
    .getByRole('listitem')
    .filter({ hasText: `To ${address},` })
    .filter({ has: page.getByRole('heading', { name: subject }) })
  await expect
    .poll(
      async () => {
        await page.goto('/mailbox')
        return mail.count()
      },
      { timeout: 15_000 },
    )
    .toBe(1)
  await mail.getByRole('link').click()
}

test.each(SCRIPTS)(
  'with $javaScriptEnabled: an address is confirmed by the mail that was sent to it, once',
  async (options) => {
    const { page } = await visit(options)
    const email = await signUp(page)
    await page.getByRole('link', { name: 'Account', exact: true }).click()
    await page.getByText('Not confirmed yet.').waitFor()
    await openLinkOf(page, email, 'Confirm your e-mail address')
    const link = page.url()
    await page.getByRole('button', { name: 'It is mine' }).click()
    await page.getByText('Confirmed.', { exact: true }).waitFor()

    await page.goto(link)
    await page.getByRole('button', { name: 'It is mine' }).click()
    await page.getByRole('alert').getByText('This link is not good any more.').waitFor()
  },
)

test.each(SCRIPTS)(
  'with $javaScriptEnabled: whoever forgot their password chooses another, and the old one opens nothing',
  async (options) => {
    const { page } = await visit(options)
    const email = await signUp(page)
    const elsewhere = await visit(options)
    await signIn(elsewhere.page, email)
    await elsewhere.page.getByRole('button', { name: 'Sign out' }).waitFor()
    await signOut(page)

    await page.goto('/sign-in')
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
    await page.getByLabel('E-mail').fill(email.toUpperCase())
    await page.getByRole('button', { name: 'Send the link' }).click()
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    await openLinkOf(page, email, 'Choose a new password')
    await page.getByLabel('New password').fill('another horse battery')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Your password is changed. Sign in with it.').waitFor()

    await expect
      .poll(
        async () => {
          await elsewhere.page.goto('/')
          return elsewhere.page.getByRole('button', { name: 'Sign out' }).count()
        },
        { timeout: 10_000 },
      )
      .toBe(0)
    await signIn(page, email)
    await page.getByRole('alert').waitFor()
    await signIn(page, email, 'another horse battery')
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
  },
)

test.each(SCRIPTS)(
  'with $javaScriptEnabled: codes of an app are asked for, and a backup code is good once',
  async (options) => {
    const { page } = await visit(options)
    const email = await signUp(page)
    await page.goto('/settings/account')
    await page.getByRole('link', { name: 'Set it up' }).click()
    const begin = page.getByRole('region', { name: 'Set it up' })
    await begin.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('alert').getByText('The password is wrong.').waitFor()
    await begin.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
    const secret = await page.locator('.secret-text').innerText()
    const backupCodes = await page
      .getByRole('list', { name: 'Backup codes' })
      .getByRole('listitem')
      .allInnerTexts()
    expect(backupCodes).toHaveLength(10)
    await page
      .getByRole('textbox', { name: 'Code' })
      .fill(authenticatorCode(secret) === '000000' ? '000001' : '000000')
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.getByRole('alert').getByText('The code is wrong.').waitFor()
    expect(await page.locator('.secret-text').innerText()).toBe(secret)
    await page.getByRole('textbox', { name: 'Code' }).fill(authenticatorCode(secret))
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.getByText('A code is asked for at each sign-in. You have 10 backup codes').waitFor()

    await signOut(page)
    await signIn(page, email)
    await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
    await page.goto('/')
    await page.getByText('No account is needed to begin.').waitFor()
    await page.goto('/sign-in/code')
    // The one that switched it on has been used.
    await page.getByRole('textbox', { name: 'Code' }).fill(authenticatorCode(secret, 1))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()

    await signOut(page)
    await signIn(page, email)
    await page.getByRole('textbox', { name: 'Code' }).fill(backupCodes[0]!)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await page.goto('/settings/account')
    await page.getByText('You have 9 backup codes').waitFor()

    await signOut(page)
    await signIn(page, email)
    await page.getByRole('textbox', { name: 'Code' }).fill(backupCodes[0]!)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('The code is wrong.').waitFor()
    await page.getByRole('textbox', { name: 'Code' }).fill(backupCodes[1]!)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()

    await page.goto('/settings/account/two-factor')
    const off = page.getByRole('region', { name: 'Ask for codes no more' })
    await off.getByLabel('Password').fill(PASSWORD)
    await off.getByRole('button').click()
    await page.getByRole('link', { name: 'Set it up' }).waitFor()
    await signOut(page)
    await signIn(page, email)
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
  },
)

test.each(SCRIPTS)(
  'with $javaScriptEnabled: a password is changed with the old one, and a name is',
  async (options) => {
    const { page } = await visit(options)
    const email = await signUp(page)
    await page.goto('/settings/account')
    await page.getByLabel('What you are called here').fill('Ada')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await page.locator('.account-name').getByText('Ada', { exact: true }).waitFor()

    const change = async (current: string): Promise<void> => {
      await page.getByLabel('Current password').fill(current)
      await page.getByLabel('New password').fill('another horse battery')
      await page.getByRole('button', { name: 'Change password' }).click()
    }
    await change('not the password')
    await page.getByRole('alert').getByText('The password is wrong.').waitFor()
    await change(PASSWORD)
    await page.getByText('Your password is changed, and other devices are signed out.').waitFor()
    await signOut(page)
    await signIn(page, email, 'another horse battery')
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
  },
)

test.each(SCRIPTS)(
  'with $javaScriptEnabled: an administrator invites somebody, who signs up by the link, once',
  async (options) => {
    const { page } = await visit(options)
    const administrator = inject('administrator')
    await signIn(page, administrator.email, administrator.password)
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await page.goto('/admin/invitations')
    await page.getByLabel('E-mail (if it is for one person)').fill('guest@example.com')
    await page.getByLabel('Tier').selectOption('pro')
    await page.getByRole('button', { name: 'Make an invitation' }).click()
    const link = await page.getByLabel('Link').inputValue()
    await page.getByText('guest@example.com, tier pro').first().waitFor()

    // Sign-up is open for the other tests; the rules themselves are proved at the API.
    const invited = await visit(options)
    await invited.page.goto(new URL(link).pathname + new URL(link).search)
    expect(await invited.page.getByLabel('Invitation').inputValue()).toMatch(/^[\w-]{43}$/)
    await signUp(invited.page, new URL(link).pathname + new URL(link).search)
  },
)

test('the pages have no serious fault', async () => {
  const { page } = await visit()
  const look = async (name: string): Promise<void> =>
    expect(await pageFaults(page, name)).toEqual([])
  for (const path of ['forgot-password', 'sign-in/code', 'set-up', 'sign-up?invitation=x']) {
    await page.goto(`/${path}`)
    await look(path)
  }
  await page.goto('/reset-password?mail=x&token=x')
  await look('reset-password')
  const administrator = inject('administrator')
  await signIn(page, administrator.email, administrator.password)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  for (const path of ['settings/account', 'admin/sign-up', 'admin/invitations', 'mailbox']) {
    await page.goto(`/${path}`)
    await look(path)
  }
  await page.goto('/settings/account/two-factor')
  await page.getByLabel('Password').fill(administrator.password)
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByRole('list', { name: 'Backup codes' }).waitFor()
  await look('two-factor')
}, 240_000)
