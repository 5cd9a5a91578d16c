import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  answerBegan,
  answerEnded,
  answers,
  chatIdOf,
  chatLinks,
  messageField,
  questions,
} from './harness/chat-page.ts'
import { PHONE } from './harness/chromium.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

const hasFocus = (field: Locator): Promise<boolean> =>
  field.evaluate((element) => element === document.activeElement)

const focusedName = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? ''
  })

/** Presses Tab until something with this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (name.test(await focusedName(page))) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`no Tab led to ${name}`)
}

test('a chat is begun, stopped, renamed and left with keys alone', async () => {
  const { page } = await visit()
  await page.goto('/')
  await expect.poll(() => hasFocus(messageField(page))).toBe(true)
  await page.keyboard.type('First line')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('second line [tokens:1500]')
  await page.keyboard.press('Enter')
  await answerBegan(page)
  expect(await questions(page).innerText()).toBe('First line\nsecond line [tokens:1500]')
  await page.keyboard.press('Escape')
  await page.getByText('You stopped this answer.').waitFor()
  await chatIdOf(page)
  await expect.poll(() => hasFocus(messageField(page))).toBe(true)

  await tabTo(page, /^Skip to the conversation$/)
  await tabTo(page, /^Rename or delete/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await tabTo(page, /^Rename$/)
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('By hand')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await expect.poll(() => chatLinks(page).allInnerTexts()).toEqual(['By hand'])

  await page.keyboard.press('Control+Shift+O')
  await page.waitForURL('/')
  await page.getByRole('heading', { name: 'What are you curious about?' }).waitFor()
})

test('an example is reached and sent with keys', async () => {
  const { page } = await visit()
  await page.goto('/')
  await page.getByRole('button', { name: /^Code/ }).focus()
  await tabTo(page, /^List/)
  await page.keyboard.press('Enter')
  await answerEnded(page)
  expect(await answers(page).locator('li').count()).toBeGreaterThan(2)
})

test('Enter does not send while an input method is composing', async () => {
  const { page } = await visit()
  await page.goto('/')
  await messageField(page).fill('にほん')
  await messageField(page).evaluate((field) => {
    field.dispatchEvent(
      new KeyboardEvent('keydown', {
        key: 'Enter',
        isComposing: true,
        bubbles: true,
        cancelable: true,
      }),
    )
  })
  expect(await messageField(page).inputValue()).toBe('にほん')
  expect(await questions(page).count()).toBe(0)
})

test('on a phone Enter begins a new line, and the list of chats opens over the page', async () => {
  const { page } = await visit(PHONE)
  await page.goto('/')
  await messageField(page).tap()
  await page.keyboard.type('one')
  await page.keyboard.press('Enter')
  await page.keyboard.type('two')
  expect(await messageField(page).inputValue()).toBe('one\ntwo')
  await page.getByRole('button', { name: 'Send' }).tap()
  await answerEnded(page)

  expect(await chatLinks(page).count()).toBe(1)
  expect(await chatLinks(page).isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Chats and account' }).tap()
  await chatLinks(page).waitFor()
  await page.getByRole('link', { name: 'New chat', exact: true }).last().tap()
  await page.waitForURL('/')
  await expect.poll(() => chatLinks(page).isVisible()).toBe(false)
})

test('nothing on a phone is wider than the phone', async () => {
  const { page } = await visit(PHONE)
  for (const path of ['/', '/sign-in', '/sign-up', '/nowhere']) {
    await page.goto(path)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(
      PHONE.viewport.width,
    )
  }
  await page.goto('/')
  for (const kind of ['Code', 'Table']) {
    await page.goto('/')
    await page.getByRole('button', { name: new RegExp(`^${kind}`) }).tap()
    await answerEnded(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(
      PHONE.viewport.width,
    )
  }
})

test('a draft is there after a reload, and gone once it is sent', async () => {
  const { page } = await visit()
  await page.goto('/')
  await expect.poll(() => hasFocus(messageField(page))).toBe(true)
  await page.keyboard.type('half a thought')
  await page.reload()
  await expect.poll(() => messageField(page).inputValue()).toBe('half a thought')
  await page.keyboard.press('Enter')
  await answerEnded(page)
  await page.goto('/')
  await page.waitForLoadState('networkidle')
  expect(await messageField(page).inputValue()).toBe('')
})
