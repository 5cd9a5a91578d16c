import type { Locator, Page } from 'playwright-core'
import { expect, inject, test } from 'vitest'
import { answerEnded, ask, chatIdOf, questions } from './harness/chat-page.ts'
import { PHONE } from './harness/chromium.ts'
import { pace } from './harness/simulator.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

const field = (page: Page): Locator => page.getByRole('searchbox', { name: 'Search your chats' })
const hits = (page: Page): Locator => page.locator('.hit')

const hasFocus = (element: Locator): Promise<boolean> =>
  element.evaluate((node) => node === document.activeElement)

/** A chat of so many turns, the middle one of which asks about a `word`. @returns the chat */
async function arrangeLongChat(page: Page, word: string, turns: number): Promise<string> {
  await page.goto('/')
  await ask(page, 'Question 0')
  await answerEnded(page)
  const chatId = await chatIdOf(page)
  for (let turn = 1; turn < turns; turn++) {
    const text =
      turn === Math.floor(turns / 2)
        ? `Tell me of ${word} <img src=x onerror="alert(1)"> and <b>more</b>`
        : `Question ${turn}`
    const response = await page.request.post(`/api/v1/chats/${chatId}/turns`, {
      headers: { origin: inject('webUrl'), accept: 'text/event-stream' },
      data: { text },
    })
    expect(await response.text()).toContain('"finish":"stop"')
  }
  return chatId
}

test('with keys alone: to the field, to a message, and to those around it', async () => {
  await using _ = await pace(0)
  const { page, context } = await visit()
  const chatId = await arrangeLongChat(page, 'tamarinds', 60)
  await page.getByRole('textbox', { name: 'Message' }).blur()
  await page.keyboard.press('/')
  await page.waitForURL('/search')
  await expect.poll(() => hasFocus(field(page))).toBe(true)
  await page.keyboard.type('tamarind')
  await page.keyboard.press('Enter')
  await page.getByText(/^\d results?/).waitFor()
  expect(await hits(page).locator('mark').first().innerText()).toBe('tamarinds')
  expect(await hits(page).first().innerText()).toContain('<b>more</b>')
  expect(await hits(page).locator('img, b').count()).toBe(0)
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => hasFocus(hits(page).first())).toBe(true)
  await page.keyboard.press('ArrowUp')
  await expect.poll(() => hasFocus(field(page))).toBe(true)

  const hit = page.getByRole('link', { name: /Tell me of tamarinds/ }).first()
  while (!(await hasFocus(hit))) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/c/${chatId}[?]around=`))
  const found = page.locator('[data-found]')
  await found.getByText(/tamarinds/).waitFor()
  await expect
    .poll(() => found.evaluate((node) => node.getBoundingClientRect().top))
    .toBeGreaterThan(0)
  const viewport = page.viewportSize()!
  expect((await found.boundingBox())!.y).toBeLessThan(viewport.height)
  expect(await questions(page).getByText('Question 59', { exact: true }).count()).toBe(0)

  await page.keyboard.press('Control+k')
  await page.waitForURL('/search')
  await page.goBack()
  await found.waitFor()

  const plain = await visit({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  })
  await walkAround(plain.page, page.url())
  const url = page.url()
  await walkAround(page, url)

  await page.goto(url)
  await ask(page, 'Question 60')
  await page.waitForURL((at) => at.search === '')
  await questions(page).getByText('Question 59', { exact: true }).waitFor()
  await answerEnded(page)
  expect(await questions(page).last().innerText()).toBe('Question 60')
})

/** From a message in the middle to newer ones, and from there to older ones. */
async function walkAround(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('link', { name: 'Newer messages' }).click()
  await questions(page).getByText('Question 59', { exact: true }).waitFor()
  expect(await page.getByRole('link', { name: 'Newer messages' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Load earlier messages' }).click()
  await questions(page).getByText('Question 29', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Back to the latest messages' }).click()
  await questions(page).getByText('Question 59', { exact: true }).waitFor()
}

test('without script a form finds, and says what went wrong and what to do', async () => {
  const { page, context } = await visit()
  await page.goto('/')
  await ask(page, 'What is a quince?')
  await answerEnded(page)
  const plain = await visit({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  })
  await plain.page.goto('/')
  await plain.page.getByRole('link', { name: 'Search' }).click()
  await plain.page.getByText('answers by models of this name').waitFor()
  await field(plain.page).fill('"a quince"')
  await field(plain.page).press('Enter')
  await plain.page.getByRole('link', { name: /You · .*What is a quince/ }).click()
  await plain.page.locator('[data-found]').getByText('What is a quince?').waitFor()

  await plain.page.goto('/search?q=quince+before:soon')
  await plain.page.getByRole('alert').getByText('such as before:2026-11-30').waitFor()
  expect(await field(plain.page).inputValue()).toBe('quince before:soon')
  await plain.page.goto('/search?q=quince+-quince')
  await plain.page.getByText('Nothing was found').waitFor()
  await plain.page.getByText('Try fewer or other words').waitFor()
})

test('a stranger finds nothing, also before they have begun anything', async () => {
  const { page } = await visit()
  await page.goto('/search?q=question')
  await page.getByText('Nothing was found').waitFor()
})

test('on a phone everything fits, and the field is a tap away', async () => {
  const { page } = await visit(PHONE)
  await page.goto('/')
  await ask(page, `Tell me of ${'kumquats'.repeat(20)} kumquats`)
  await answerEnded(page)
  await page.getByRole('button', { name: 'Chats and account' }).tap()
  await page.getByRole('link', { name: 'Search' }).tap()
  await field(page).fill('kumquat')
  await page.getByRole('button', { name: 'Search', exact: true }).tap()
  await hits(page).first().waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.viewport.width)
  await page.locator('.hit[href*="around="]').first().tap()
  await page.locator('[data-found]').waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.viewport.width)
})
