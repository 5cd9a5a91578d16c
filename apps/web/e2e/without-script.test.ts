import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  answerEnded,
  answers,
  ask,
  chatIdOf,
  chatLinks,
  questions,
  sendButton,
  stopButton,
} from './harness/chat-page.ts'
import { pace } from './harness/simulator.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()
const withoutScript = { javaScriptEnabled: false }

test('a message is sent, the answer shows while it is written, and the page refreshes itself to its end', async () => {
  await using _ = await pace(60)
  const { page } = await visit(withoutScript)
  await page.goto('/')
  await ask(page, 'Tell me about herons. [tokens:400]')
  await chatIdOf(page)
  await stopButton(page).waitFor()
  await answers(page).locator('.markdown').first().waitFor()
  const early = (await answers(page).innerText()).length
  await answerEnded(page)
  expect((await answers(page).innerText()).length).toBeGreaterThan(early)
  await questions(page).getByText('Tell me about herons. [tokens:400]').waitFor()
  expect(await page.locator('meta[http-equiv="refresh"]').count()).toBe(0)
})

test('an example is sent by its button', async () => {
  const { page } = await visit(withoutScript)
  await page.goto('/')
  await page.getByRole('button', { name: /^Table/ }).click()
  await answerEnded(page)
  await answers(page).locator('table').waitFor()
})

test('an answer is stopped by its button, and what came until then stays', async () => {
  const { page } = await visit(withoutScript)
  await page.goto('/')
  await ask(page, 'Recite a very long text. [tokens:3000]')
  await stopButton(page).click()
  await page.getByText('You stopped this answer.').waitFor({ timeout: 15_000 })
  await sendButton(page).waitFor()
})

test('signing up, out and in works, and the chats are there', async () => {
  const { page } = await visit(withoutScript)
  const email = `${randomBytes(6).toString('hex')}@example.com`
  const fillIn = async (): Promise<void> => {
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill('correct horse battery')
  }
  await page.goto('/')
  await ask(page, 'What is a reef?')
  await answerEnded(page)
  await page.getByRole('link', { name: 'Sign up' }).click()
  await fillIn()
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await fillIn()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await chatLinks(page).first().click()
  await questions(page).getByText('What is a reef?', { exact: true }).waitFor()
})

test('a chat is renamed and deleted on a page of its own', async () => {
  const { page } = await visit(withoutScript)
  await page.goto('/')
  await ask(page, 'What is a dune?')
  await answerEnded(page)
  await page.getByRole('link', { name: /^Rename or delete/ }).click()
  await page.getByLabel('Title').fill('Sand')
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('heading', { name: 'Sand' }).waitFor()
  await page.getByRole('link', { name: 'Rename or delete “Sand”' }).click()
  await page.getByRole('button', { name: 'Delete this chat' }).click()
  await page.getByText('Your chats will be listed here.').waitFor()
})

test('the theme is chosen in a menu that needs no script', async () => {
  const { page } = await visit({ ...withoutScript, colorScheme: 'light' })
  await page.goto('/')
  await page.getByRole('button', { name: 'Colour theme' }).click()
  await page.getByRole('button', { name: 'Dark' }).click()
  await page.locator('html[data-theme="dark"]').waitFor()
  await page.goto('/sign-in')
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
})

test('a message that is refused is shown again with the reason', async () => {
  const { page } = await visit(withoutScript)
  await page.goto('/')
  // White space alone satisfies the browser, not the service.
  await ask(page, '   ')
  await page.getByRole('alert').waitFor()
  await sendButton(page).waitFor()
})
