import type { Locator, Page } from 'playwright-core'

// The words of the page, as a person would name what is on it.

export const messageField = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' })
export const sendButton = (page: Page): Locator => page.getByRole('button', { name: 'Send' })
export const stopButton = (page: Page): Locator =>
  page.getByRole('button', { name: 'Stop the answer' })
export const answers = (page: Page): Locator => page.getByRole('article', { name: /^Answer/ })
export const questions = (page: Page): Locator => page.getByRole('article', { name: 'You wrote' })
/** In the list of chats, whether that is open or not. */
export const chatLinks = (page: Page): Locator => page.locator('.chat-link')

export async function ask(page: Page, text: string): Promise<void> {
  await messageField(page).fill(text)
  await sendButton(page).click()
}

/** Messages that wait in line, first to be answered first. */
export const waitingMessages = (page: Page): Locator => page.locator('.line-message')
export const waitingTexts = (page: Page): Promise<string[]> =>
  page.locator('.line-message > p').allInnerTexts()

/** Waits until the last answer has begun to show. */
export async function answerBegan(page: Page): Promise<void> {
  await answers(page).last().locator('.answer-body > :is(.markdown, .reasoning)').first().waitFor()
}

/** Waits until no answer is being written any more. */
export async function answerEnded(page: Page): Promise<void> {
  await answers(page).last().waitFor()
  await stopButton(page).waitFor({ state: 'detached', timeout: 30_000 })
  await page.locator('.answer[aria-busy="true"]').waitFor({ state: 'detached' })
}

/** The chat's id once it has its own page. */
export async function chatIdOf(page: Page): Promise<string> {
  await page.waitForURL(/\/c\/[\w-]+/)
  return /\/c\/([\w-]+)/.exec(page.url())![1]!
}

export interface StoredMessage {
  role: 'user' | 'assistant'
  parts: { type: string; text: string }[]
  finish: string | null
}

/** What is stored of a chat, read as this visitor. */
export async function storedMessages(page: Page, chatId: string): Promise<StoredMessage[]> {
  const response = await page.request.get(`/api/v1/chats/${chatId}/messages`)
  const { messages } = (await response.json()) as { messages: StoredMessage[] }
  return messages
}

export function textOf(message: StoredMessage | undefined): string {
  return (message?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/** Text as it reads: markup and white space aside, so that a page and its markdown can be compared. */
export function wordsOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()
}
