import type { Page } from 'playwright-core'
import { expect, inject, test } from 'vitest'
import { answerEnded, answers, ask, chatIdOf, chatLinks, questions } from './harness/chat-page.ts'
import { pace } from './harness/simulator.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

/** Sends a message as this visitor, beside the page, and waits until it is answered. @returns the chat */
async function converse(page: Page, chatId: string | null, text: string): Promise<string> {
  const path = chatId === null ? '/api/v1/turns' : `/api/v1/chats/${chatId}/turns`
  const response = await page.request.post(path, {
    headers: { origin: inject('webUrl'), accept: 'text/event-stream' },
    data: { text },
  })
  const events = await response.text()
  expect(events).toContain('"finish":"stop"')
  return /"chatId":"([\w-]+)"/.exec(events)![1]!
}

test('earlier messages come in above without moving what is being read', async () => {
  await using _ = await pace(0)
  const { page, context } = await visit()
  await page.goto('/')
  await ask(page, 'Question 0')
  await answerEnded(page)
  const chatId = await chatIdOf(page)
  for (let turn = 1; turn <= 27; turn++) await converse(page, chatId, `Question ${turn}`)

  await page.reload()
  await questions(page).getByText('Question 27', { exact: true }).waitFor()
  expect(await questions(page).count()).toBe(25)
  expect(await questions(page).getByText('Question 0', { exact: true }).count()).toBe(0)
  const first = questions(page).getByText('Question 3', { exact: true })
  const link = page.getByRole('link', { name: 'Load earlier messages' })
  await link.scrollIntoViewIfNeeded()
  const before = (await first.boundingBox())!.y
  await link.click()
  await expect.poll(() => questions(page).count()).toBe(28)
  expect(await link.count()).toBe(0)
  await expect.poll(async () => Math.abs((await first.boundingBox())!.y - before)).toBeLessThan(60)

  await ask(page, 'Question 28')
  await answerEnded(page)
  await expect.poll(() => answers(page).count()).toBe(29)
  expect(await questions(page).count()).toBe(29)

  const plain = await visit({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  })
  await plain.page.goto(`/c/${chatId}`)
  await plain.page.getByRole('link', { name: 'Load earlier messages' }).click()
  await questions(plain.page).getByText('Question 0', { exact: true }).waitFor()
  await plain.page.getByRole('link', { name: 'Back to the latest messages' }).click()
  await questions(plain.page).getByText('Question 28', { exact: true }).waitFor()
})

test('older chats are listed on request, with and without script', async () => {
  await using _ = await pace(0)
  const { page, context } = await visit()
  await page.goto('/')
  await ask(page, 'Chat 0')
  await answerEnded(page)
  for (let chat = 1; chat <= 41; chat++) await converse(page, null, `Chat ${chat}`)
  await page.goto('/')
  expect(await chatLinks(page).count()).toBe(40)
  await page.getByRole('link', { name: 'Show older chats' }).click()
  await expect.poll(() => chatLinks(page).count()).toBe(42)
  await chatLinks(page).last().click()
  await questions(page).getByText('Chat 0', { exact: true }).waitFor()

  const plain = await visit({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  })
  await plain.page.goto('/')
  await plain.page.getByRole('link', { name: 'Show older chats' }).click()
  await expect.poll(() => chatLinks(plain.page).count()).toBe(2)
})
