import { expect, inject, test } from 'vitest'
import type { Page } from 'playwright-core'
import {
  answerBegan,
  answerEnded,
  answers,
  ask,
  chatIdOf,
  messageField,
  stopButton,
  storedMessages,
  textOf,
  wordsOf,
} from './harness/chat-page.ts'
import { killedChatApi } from './harness/killed-chat-api.ts'
import { openLine } from './harness/line.ts'
import { pace } from './harness/simulator.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser({ complaintsOf503: 'expected' })

async function expectStoredAnswer(page: Page, chatId: string): Promise<void> {
  const stored = (await storedMessages(page, chatId)).filter(({ role }) => role === 'assistant')
  expect(stored.length).toBe(1)
  expect(textOf(stored[0]).length).toBeGreaterThan(100)
  expect(wordsOf(await answers(page).locator('.markdown').innerText())).toBe(
    wordsOf(textOf(stored[0])),
  )
}

test('an answer whose chat-api is killed half-way ends on the page as it ends in the store', async () => {
  await using _ = await pace(100)
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'Tell me a long story about a phoenix. [tokens:400]')
  await answerBegan(page)
  const chatId = await chatIdOf(page)
  {
    await using _ = await killedChatApi()
    await page.getByText('Reconnecting…').first().waitFor()
  }
  await stopButton(page).waitFor({ state: 'detached', timeout: 60_000 })
  await page.locator('.answer[aria-busy="true"]').waitFor({ state: 'detached' })
  await expectStoredAnswer(page, chatId)
})

test('a browser that is offline for some seconds goes on when it is back, at once', async () => {
  await using _ = await pace(60)
  await using line = await openLine(inject('webUrl'))
  const { page, context } = await visit({ baseURL: line.url })
  await page.goto('/')
  await ask(page, 'Tell me a long story about a dragon. [tokens:500]')
  await answerBegan(page)
  const chatId = await chatIdOf(page)
  await context.setOffline(true)
  line.cut()
  await page.getByText('Reconnecting…').first().waitFor()
  // By then a pause is two seconds at least.
  for (let failures = 0; failures < 4; failures++) await page.waitForEvent('requestfailed')
  line.mend()
  await context.setOffline(false)
  await page.getByText('Reconnecting…').first().waitFor({ state: 'detached', timeout: 1_500 })
  await answerEnded(page)
  await expectStoredAnswer(page, chatId)
})

test('a message sent while nothing is reachable is not lost: it goes when something is', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'Tell me about a griffin. [tokens:60]')
  await answerEnded(page)
  {
    await using _ = await killedChatApi()
    await ask(page, 'And about a sphinx? [tokens:60]')
    await page.getByText('Reconnecting…').first().waitFor()
    await page.reload().catch(() => undefined)
  }
  await page.goto(`/c/${await chatIdOf(page)}`)
  await expect.poll(() => messageField(page).inputValue()).toBe('And about a sphinx? [tokens:60]')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect.poll(() => answers(page).count()).toBe(2)
  await answerEnded(page)
  expect((await storedMessages(page, await chatIdOf(page))).length).toBe(4)
})

test('a page whose data breaks off before its end is asked for again, and shown', async () => {
  await using line = await openLine(inject('webUrl'))
  const { page } = await visit({ baseURL: line.url })
  await page.goto('/')
  await page.getByRole('heading', { name: 'What are you curious about?' }).waitFor()
  line.holdEnds()
  const begun = page.waitForResponse(/\/search\.data/)
  await page.getByRole('link', { name: /^Search/ }).click()
  await begun
  line.cut()
  line.releaseEnds()
  const again = page.waitForResponse(/\/search\.data/)
  line.mend()
  await again
  await page.getByRole('heading', { name: 'Search', exact: true }).waitFor()
})
