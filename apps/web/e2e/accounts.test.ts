import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, inject, test } from 'vitest'
import { answerEnded, ask, chatIdOf, chatLinks, questions } from './harness/chat-page.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

const PASSWORD = 'correct horse battery'
const newEmail = (): string => `${randomBytes(6).toString('hex')}@example.com`

async function fillIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
}

const signUp = (page: Page): Promise<void> => page.getByRole('button', { name: 'Sign up' }).click()
const signIn = (page: Page): Promise<void> => page.getByRole('button', { name: 'Sign in' }).click()

test('a guest who signs up keeps the chats, and finds them after signing out and in again', async () => {
  const { page } = await visit()
  const email = newEmail()
  await page.goto('/')
  await ask(page, 'What is a glacier?')
  await answerEnded(page)
  const chatId = await chatIdOf(page)

  await page.getByRole('link', { name: 'Sign up' }).click()
  await page.getByLabel('Name (if you like)').fill('Ada')
  await fillIn(page, email)
  await signUp(page)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.getByText('Ada', { exact: true }).waitFor()
  expect(await chatLinks(page).count()).toBe(1)

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('No account is needed to begin.').waitFor()
  expect(await chatLinks(page).count()).toBe(0)
  await page.goto(`/c/${chatId}`)
  await page.getByRole('heading', { name: 'Sign in to see this' }).waitFor()

  await page.getByRole('link', { name: 'Sign in' }).first().click()
  await fillIn(page, email)
  await signIn(page)
  await chatLinks(page).first().click()
  await questions(page).getByText('What is a glacier?', { exact: true }).waitFor()
  expect(await questions(page).count()).toBe(1)
})

test('a long address leaves room for signing out', async () => {
  const { page } = await visit()
  await page.goto('/sign-up')
  await fillIn(page, `${randomBytes(24).toString('hex')}@example.com`)
  await signUp(page)
  const button = page.getByRole('button', { name: 'Sign out' })
  await button.waitFor()
  const sidebar = (await page.locator('.account').boundingBox())!
  const place = (await button.boundingBox())!
  expect(place.x + place.width).toBeLessThanOrEqual(sidebar.x + sidebar.width)
})

test('a guest’s chats move along into the account that signs in', async () => {
  const { page } = await visit()
  const email = newEmail()
  await page.goto('/sign-up')
  await fillIn(page, email)
  await signUp(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('No account is needed to begin.').waitFor()
  await ask(page, 'What is a delta?')
  await answerEnded(page)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await fillIn(page, email)
  await signIn(page)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await expect.poll(() => chatLinks(page).count()).toBe(1)
})

test('a wrong password and a short one are told in the form, which keeps the address', async () => {
  const { page } = await visit()
  await page.goto('/sign-in')
  await fillIn(page, 'nobody@example.com', 'not the password')
  await signIn(page)
  await page.getByRole('alert').waitFor()
  expect(await page.getByLabel('E-mail').inputValue()).toBe('nobody@example.com')
  await page.goto('/sign-up')
  await fillIn(page, newEmail(), 'short')
  await signUp(page)
  expect(new URL(page.url()).pathname).toBe('/sign-up')
})

test('another person’s chat is not there', async () => {
  const first = await visit()
  await first.page.goto('/')
  await ask(first.page, 'What is tundra?')
  await answerEnded(first.page)
  const chatId = await chatIdOf(first.page)
  const second = await visit()
  await second.page.goto('/')
  await ask(second.page, 'What is taiga?')
  await answerEnded(second.page)
  const response = await second.page.goto(`/c/${chatId}`)
  expect(response?.status()).toBe(404)
  await second.page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
  expect(await second.page.getByText('tundra').count()).toBe(0)
})

test('a chat is renamed and deleted in a dialog', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'What is a moor?')
  await answerEnded(page)
  await expect
    .poll(() => chatLinks(page).first().innerText(), { timeout: 45_000 })
    .not.toBe('New chat')
  await page.getByRole('link', { name: /^Rename or delete/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Title').fill('<b>Moors & bogs</b>')
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await expect.poll(() => chatLinks(page).allInnerTexts()).toEqual(['<b>Moors & bogs</b>'])
  expect(await page.title()).toContain('<b>Moors & bogs</b>')

  await page.getByRole('link', { name: /^Rename or delete/ }).click()
  await dialog.getByRole('button', { name: 'Delete this chat' }).click()
  await page.waitForURL('/')
  await page.getByText('Your chats will be listed here.').waitFor()
})

test('the banner says that answers are simulated; an administrator’s key is tried, used at once and removed', async () => {
  const { page } = await visit()
  await page.goto('/')
  await page.getByText('These answers are simulated.').waitFor()
  expect(await page.getByRole('link', { name: 'Add a provider key' }).count()).toBe(0)
  const refused = await page.goto('/settings/providers')
  expect([401, 403]).toContain(refused?.status())

  const { email, password } = inject('administrator')
  await page.goto('/sign-in')
  await fillIn(page, email, password)
  await signIn(page)
  await page.getByRole('link', { name: 'Add a provider key' }).click()
  await page.getByRole('heading', { name: 'Provider keys' }).waitFor()
  const card = page.locator('.provider').first()
  await card.getByText('Simulated').waitFor()
  await card.getByLabel('Key').fill('sk-bad-key-for-tests')
  await card.getByRole('button', { name: 'Test and use' }).click()
  await card.getByRole('alert').waitFor()
  await card.getByText('Simulated').waitFor()

  await card.getByLabel('Key').fill('sk-a-key-that-works-1234')
  await card.getByRole('button', { name: 'Test and use' }).click()
  await card.getByText('Key ending in 1234 set here').waitFor()
  await page.getByText('These answers are simulated.').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'New chat', exact: true }).first().click()
  await ask(page, 'What is a key?')
  await answerEnded(page)

  await page.getByRole('link', { name: 'Administration' }).click()
  await page.getByRole('link', { name: 'Provider keys' }).click()
  await card.getByRole('button', { name: 'Remove' }).click()
  await card.getByText('Simulated').waitFor()
  await page.getByText('These answers are simulated.').waitFor()
})
