import { expect, inject, test } from 'vitest'
import {
  answerBegan,
  answerEnded,
  answers,
  ask,
  chatIdOf,
  messageField,
  questions,
  stopButton,
  storedMessages,
  textOf,
  waitingMessages,
  waitingTexts,
} from './harness/chat-page.ts'
import { openLine } from './harness/line.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

test('messages sent while an answer is written wait in two tabs alike, and are answered in order', async () => {
  const { page, context } = await visit()
  await page.goto('/')
  await ask(page, 'Tell me an endless story about a stork. [tokens:8000]')
  await answerBegan(page)
  const chatId = await chatIdOf(page)
  const second = await context.newPage()
  await second.goto(`/c/${chatId}`)
  await stopButton(second).waitFor()
  await ask(page, 'And about a crane? [tokens:40]')
  await expect.poll(() => waitingTexts(second)).toEqual(['And about a crane? [tokens:40]'])
  await ask(second, 'And about a swan? [tokens:40]')
  for (const tab of [page, second]) {
    await expect
      .poll(() => waitingTexts(tab))
      .toEqual(['And about a crane? [tokens:40]', 'And about a swan? [tokens:40]'])
    await tab.getByText('Waiting, 2 of 2').waitFor()
  }
  expect(await messageField(page).inputValue()).toBe('')
  await stopButton(second).click()
  for (const tab of [page, second]) {
    await expect.poll(() => answers(tab).count()).toBe(3)
    await answerEnded(tab)
    expect(await questions(tab).allInnerTexts()).toEqual([
      'Tell me an endless story about a stork. [tokens:8000]',
      'And about a crane? [tokens:40]',
      'And about a swan? [tokens:40]',
    ])
    expect(await waitingMessages(tab).count()).toBe(0)
  }
  const stored = await storedMessages(page, chatId)
  expect(stored.map(({ role }) => role).join(' ')).toBe(
    'user assistant user assistant user assistant',
  )
  expect(stored.filter(({ role }) => role === 'assistant').map(({ finish }) => finish)).toEqual([
    'stopped',
    'stop',
    'stop',
  ])
})

test('a waiting message that is taken back is in the field again, and never joins the chat', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'Tell me a very long story about a goose. [tokens:3000]')
  await answerBegan(page)
  await chatIdOf(page)
  await ask(page, 'And about\na duck?')
  await waitingMessages(page).getByRole('button', { name: 'Take back' }).click()
  await expect.poll(() => messageField(page).inputValue()).toBe('And about\na duck?')
  await expect.poll(() => waitingMessages(page).count()).toBe(0)
  await stopButton(page).click()
  await answerEnded(page)
  expect((await storedMessages(page, await chatIdOf(page))).length).toBe(2)
})

test('the next message follows at once where the answer before it is stopped', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'Tell me a very long story about an eel. [tokens:3000]')
  await answerBegan(page)
  await chatIdOf(page)
  await ask(page, 'What is an otter? [tokens:40]')
  await waitingMessages(page).getByText('Waiting').waitFor()
  await stopButton(page).click()
  await page.getByText('You stopped this answer.').waitFor()
  await expect.poll(() => answers(page).count()).toBe(2)
  await answerEnded(page)
  expect(textOf((await storedMessages(page, await chatIdOf(page))).at(-2))).toBe(
    'What is an otter? [tokens:40]',
  )
})

test('a line that is full says so and gives the message back', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'Tell me an endless story about a tortoise. [tokens:8000]')
  await answerBegan(page)
  const chatId = await chatIdOf(page)
  for (let index = 0; index < 20; index++) {
    const response = await page.request.post(`/api/v1/chats/${chatId}/turns`, {
      headers: { origin: inject('webUrl'), accept: 'application/json' },
      data: { text: `Number ${index}` },
    })
    expect(response.status()).toBe(202)
  }
  await ask(page, 'One too many')
  await page.getByRole('alert').getByText('Too many messages wait').waitFor()
  expect(await messageField(page).inputValue()).toBe('One too many')
})

test('a message whose acknowledgement was lost is sent once, and kept until then', async () => {
  await using line = await openLine(inject('webUrl'))
  const { page } = await visit({ baseURL: line.url })
  await page.goto('/')
  await ask(page, 'What is a heron? [tokens:30]')
  await answerEnded(page)
  const chatId = await chatIdOf(page)
  line.cut()
  await ask(page, 'What is an ibis? [tokens:30]')
  await page.getByText('Reconnecting…').first().waitFor()
  line.mend()
  await expect.poll(() => answers(page).count()).toBe(2)
  await answerEnded(page)
  expect((await storedMessages(page, chatId)).length).toBe(4)
})

test('a message that had not arrived when the page was closed is in the field when it opens', async () => {
  await using line = await openLine(inject('webUrl'))
  const { page } = await visit({ baseURL: line.url })
  await page.goto('/')
  await ask(page, 'What is a gull? [tokens:30]')
  await answerEnded(page)
  line.cut()
  await ask(page, 'What is a tern? [tokens:30]')
  await page.getByText('Reconnecting…').first().waitFor()
  line.mend()
  const lost = page.waitForEvent('requestfailed').catch(() => undefined)
  await page.route('**/turns', (route) => route.abort())
  await page.reload()
  await lost
  await page.unroute('**/turns')
  await expect.poll(() => messageField(page).inputValue()).toBe('What is a tern? [tokens:30]')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect.poll(() => answers(page).count()).toBe(2)
  await answerEnded(page)
  expect((await storedMessages(page, await chatIdOf(page))).length).toBe(4)
})
