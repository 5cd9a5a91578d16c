import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import {
  answerEnded,
  answers,
  ask,
  chatIdOf,
  messageField,
  questions,
  storedMessages,
  textOf,
} from './harness/chat-page.ts'
import { failingProviders } from './harness/simulator.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

async function shownTexts(page: Page): Promise<string[]> {
  return questions(page).allInnerTexts()
}

async function startChat(page: Page): Promise<string> {
  await page.goto('/')
  await ask(page, 'What is oak? [tokens:30]')
  await answerEnded(page)
  const chatId = await chatIdOf(page)
  await ask(page, 'What is elm? [tokens:30]')
  await expect.poll(() => page.getByRole('button', { name: 'Answer again' }).count()).toBe(2)
  return chatId
}

test('a message is edited with keys, answered anew, and both versions stay within reach', async () => {
  const { page, context } = await visit()
  const chatId = await startChat(page)
  const edit = page.getByRole('link', { name: 'Edit this message' })
  await edit.first().focus()
  await page.keyboard.press('Enter')
  const editor = page.getByRole('textbox', { name: 'Your message, changed' })
  await editor.waitFor()
  await page.keyboard.press('Escape')
  await editor.waitFor({ state: 'detached' })
  await expect
    .poll(() => edit.first().evaluate((link) => link === document.activeElement))
    .toBe(true)
  await page.keyboard.press('Enter')
  await editor.fill('What is ash? [tokens:30]')
  await page.keyboard.press('Control+Enter')
  await expect.poll(() => shownTexts(page)).toEqual(['What is ash? [tokens:30]'])
  await page.getByText('Version 2 of 2').waitFor({ state: 'attached' })
  await answerEnded(page)
  expect(textOf((await storedMessages(page, chatId))[0])).toBe('What is ash? [tokens:30]')

  const previous = page.getByRole('button', { name: 'Previous version' })
  await previous.focus()
  await page.keyboard.press('Enter')
  await expect
    .poll(() => shownTexts(page))
    .toEqual(['What is oak? [tokens:30]', 'What is elm? [tokens:30]'])
  const next = page.getByRole('button', { name: 'Next version' })
  await expect.poll(() => next.evaluate((button) => button === document.activeElement)).toBe(true)
  await page.reload()
  await page.getByText('Version 1 of 2').waitFor({ state: 'attached' })
  const second = await context.newPage()
  await second.goto(`/c/${chatId}`)
  await second.getByRole('button', { name: 'Next version' }).click()
  await expect.poll(() => shownTexts(second)).toEqual(['What is ash? [tokens:30]'])
  await expect.poll(() => shownTexts(page)).toEqual(['What is ash? [tokens:30]'])
})

test('an answer is had anew beside the old one, under the same question', async () => {
  const { page } = await visit()
  const chatId = await startChat(page)
  await page.getByRole('button', { name: 'Answer again' }).last().click()
  await page.getByText('Version 2 of 2').waitFor({ state: 'attached' })
  await answerEnded(page)
  expect(await shownTexts(page)).toEqual(['What is oak? [tokens:30]', 'What is elm? [tokens:30]'])
  expect(await answers(page).count()).toBe(2)
  await page.getByRole('button', { name: 'Previous version' }).click()
  await page.getByText('Version 1 of 2').waitFor({ state: 'attached' })
  expect((await storedMessages(page, chatId)).length).toBe(4)
  await ask(page, 'And beech? [tokens:30]')
  await expect.poll(() => answers(page).count()).toBe(3)
  await answerEnded(page)
  expect((await storedMessages(page, chatId)).length).toBe(6)
})

test('a failed answer is tried again without a second question', async () => {
  const { page } = await visit()
  await page.goto('/')
  {
    await using _ = await failingProviders('500')
    await ask(page, 'What is yew? [tokens:30]')
    await page.getByRole('button', { name: 'Try again' }).waitFor({ timeout: 30_000 })
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('button', { name: 'Answer again' }).waitFor({ timeout: 30_000 })
  expect(await shownTexts(page)).toEqual(['What is yew? [tokens:30]'])
  expect((await storedMessages(page, await chatIdOf(page))).at(-1)?.finish).toBe('stop')
})

test('a failed answer is tried again while its new chat has no page yet', async () => {
  const { page } = await visit()
  await page.goto('/')
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  await page.route(/\/c\/[\w-]+\.data/, async (route) => {
    await held
    await route.continue()
  })
  {
    await using _ = await failingProviders('500')
    await ask(page, 'What is ash? [tokens:30]')
    await page.getByRole('button', { name: 'Try again' }).waitFor({ timeout: 30_000 })
  }
  expect(new URL(page.url()).pathname).toBe('/')
  await page.getByRole('button', { name: 'Try again' }).click()
  release()
  await page.getByRole('button', { name: 'Answer again' }).waitFor({ timeout: 30_000 })
  expect(await shownTexts(page)).toEqual(['What is ash? [tokens:30]'])
  expect((await storedMessages(page, await chatIdOf(page))).at(-1)?.finish).toBe('stop')
})

test('without script: edited, answered anew, switched, sent into a line and taken back', async () => {
  const { page } = await visit({ javaScriptEnabled: false })
  await page.goto('/')
  await ask(page, 'What is pine? [tokens:30]')
  await answerEnded(page)
  await page.getByRole('link', { name: 'Edit this message' }).click()
  await page
    .getByRole('textbox', { name: 'Your message, changed' })
    .fill('What is fir? [tokens:30]')
  await page.getByRole('button', { name: 'Ask this instead' }).click()
  await page.getByText('Version 2 of 2').waitFor({ state: 'attached' })
  await answerEnded(page)
  await page.getByRole('button', { name: 'Answer again' }).click()
  await answerEnded(page)
  expect(await page.getByText('Version 2 of 2').count()).toBe(2)
  await page.getByRole('button', { name: 'Previous version' }).first().click()
  await expect.poll(() => shownTexts(page)).toEqual(['What is pine? [tokens:30]'])

  await ask(page, 'Tell me a very long story about a larch. [tokens:4000]')
  await page.getByRole('link', { name: /^Write in peace/ }).click()
  await ask(page, 'What is a cone? [tokens:30]')
  await page.getByText('Waiting', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Take back' }).click()
  await expect.poll(() => messageField(page).inputValue()).toBe('What is a cone? [tokens:30]')
  await page.getByRole('button', { name: 'Stop the answer' }).click()
  await answerEnded(page)
  expect(await page.getByText('What is a cone?').count()).toBe(0)
})
