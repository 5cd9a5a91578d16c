import { describe, expect, inject, test } from 'vitest'
import {
  answerBegan,
  answerEnded,
  answers,
  ask,
  chatIdOf,
  chatLinks,
  questions,
  stopButton,
  storedMessages,
  textOf,
  wordsOf,
} from './harness/chat-page.ts'
import { failingProviders, pace } from './harness/simulator.ts'
import { openLine } from './harness/line.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

describe('a guest', () => {
  test('sends a message and sees the answer grow as formatted text, in a chat of its own', async () => {
    const { page } = await visit()
    await page.goto('/')
    await ask(page, 'Tell me about lighthouses. [tokens:250]')
    await answerBegan(page)
    const early = (await answers(page).innerText()).length
    await expect
      .poll(async () => (await answers(page).innerText()).length)
      .toBeGreaterThan(early + 100)
    await stopButton(page).waitFor()
    const chatId = await chatIdOf(page)
    await answerEnded(page)
    const [question, answer] = await storedMessages(page, chatId)
    expect(textOf(question)).toBe('Tell me about lighthouses. [tokens:250]')
    expect(answer?.finish).toBe('stop')
    const shown = await answers(page).locator('.markdown').innerText()
    expect(wordsOf(shown)).toBe(wordsOf(textOf(answer)))
  })

  test('gets the first words long before the last ones', async () => {
    const { page } = await visit()
    await page.goto('/')
    await ask(page, 'Describe a slow river. [tokens:600]')
    const sent = performance.now()
    await answerBegan(page)
    const firstMs = performance.now() - sent
    await answerEnded(page)
    expect(firstMs).toBeLessThan((performance.now() - sent) / 2)
  })

  test('finds the chat under a title that a job wrote, without reloading', async () => {
    const { page } = await visit()
    await page.goto('/')
    await ask(page, 'How do beavers build dams?')
    await answerEnded(page)
    await page.getByRole('link', { name: 'New chat' }).first().click()
    await ask(page, 'Which trees live longest?')
    await answerEnded(page)
    await expect
      .poll(() => chatLinks(page).allInnerTexts(), { timeout: 45_000 })
      .toEqual([expect.stringMatching(/tree/i), expect.stringMatching(/beaver/i)])
    await expect.poll(() => page.title()).toMatch(/tree/i)
    await chatLinks(page).last().click()
    await questions(page).getByText('How do beavers build dams?', { exact: true }).waitFor()
    expect(await questions(page).count()).toBe(1)
  })
})

describe('the example prompts', () => {
  test.each([
    ['Code', '.code-block pre code'],
    ['Table', '.table-scroll table tbody td'],
    ['List', '.markdown li'],
    ['Reasoning', 'details.reasoning'],
  ])('%s shows what it promises', async (kind, selector) => {
    const { page } = await visit()
    await page.goto('/')
    await page.getByRole('button', { name: new RegExp(`^${kind}`) }).click()
    await answers(page).locator(selector).first().waitFor({ state: 'attached' })
    await answerEnded(page)
    expect(
      wordsOf(await answers(page).locator('.answer-body > .markdown').last().innerText()).length,
    ).toBeGreaterThan(40)
  })

  test('reasoning is folded away, says that it goes on, then for how long it went', async () => {
    await using _ = await pace(60)
    const { page } = await visit()
    await page.goto('/')
    await page.getByRole('button', { name: /^Reasoning/ }).click()
    await page.getByText('Thinking…').waitFor()
    await page.getByText(/^Thought for \d+ s$/).waitFor()
    const details = page.locator('details.reasoning')
    expect(await details.getAttribute('open')).toBeNull()
    await details.locator('summary').click()
    expect((await details.locator('.markdown').innerText()).length).toBeGreaterThan(20)
    await answerEnded(page)
  })

  test('code is copied as it was written', async () => {
    const { page, context } = await visit()
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto('/')
    await page.getByRole('button', { name: /^Code/ }).click()
    await answerEnded(page)
    const code = page.locator('.code-block').first()
    await code.getByRole('button', { name: 'Copy code' }).click()
    await code.getByText('Copied').waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toBe(await code.locator('code').textContent())
  })
})

describe('while an answer is written', () => {
  test('stopping keeps what came until then, on the page and in the store', async () => {
    const { page } = await visit()
    await page.goto('/')
    await ask(page, 'Recite something very long. [tokens:1500]')
    await answerBegan(page)
    await expect.poll(async () => (await answers(page).innerText()).length).toBeGreaterThan(150)
    await stopButton(page).click()
    await page.getByText('You stopped this answer.').waitFor({ timeout: 3_000 })
    const [, answer] = await storedMessages(page, await chatIdOf(page))
    expect(answer?.finish).toBe('stopped')
    expect(textOf(answer).length).toBeGreaterThan(100)
    await page.reload()
    await page.getByText('You stopped this answer.').waitFor()
    expect(wordsOf(await answers(page).locator('.markdown').innerText())).toBe(
      wordsOf(textOf(answer)),
    )
  })

  test('a reload in the middle sees it go on, and the end is what is stored', async () => {
    const { page } = await visit()
    await page.goto('/')
    await ask(page, 'Tell me a long story about a fox. [tokens:500]')
    await answerBegan(page)
    const chatId = await chatIdOf(page)
    await page.reload()
    await stopButton(page).waitFor()
    await answerBegan(page)
    const afterReload = (await answers(page).innerText()).length
    await expect
      .poll(async () => (await answers(page).innerText()).length)
      .toBeGreaterThan(afterReload)
    await answerEnded(page)
    const [, answer] = await storedMessages(page, chatId)
    expect(answer?.finish).toBe('stop')
    expect(wordsOf(await answers(page).locator('.markdown').innerText())).toBe(
      wordsOf(textOf(answer)),
    )
    expect(await answers(page).count()).toBe(1)
  })

  test('a lost connection is taken up where it broke', async () => {
    await using line = await openLine(inject('webUrl'))
    const { page } = await visit({ baseURL: line.url })
    await page.goto('/')
    await ask(page, 'Tell me a long story about an owl. [tokens:500]')
    await answerBegan(page)
    const chatId = await chatIdOf(page)
    line.cut()
    await page.getByText('Reconnecting…').first().waitFor()
    line.mend()
    await answerEnded(page)
    const [, answer] = await storedMessages(page, chatId)
    expect(wordsOf(await answers(page).locator('.markdown').innerText())).toBe(
      wordsOf(textOf(answer)),
    )
  })

  test('a second tab shows the same, to the end', async () => {
    const { page, context } = await visit()
    await page.goto('/')
    await ask(page, 'Tell me a long story about a whale. [tokens:500]')
    await answerBegan(page)
    const chatId = await chatIdOf(page)
    const second = await context.newPage()
    await second.goto(`/c/${chatId}`)
    await stopButton(second).waitFor()
    await Promise.all([answerEnded(page), answerEnded(second)])
    const texts = await Promise.all(
      [page, second].map((tab) => answers(tab).locator('.markdown').innerText()),
    )
    expect(texts[1]).toBe(texts[0])
    const [, answer] = await storedMessages(page, chatId)
    expect(wordsOf(texts[0]!)).toBe(wordsOf(textOf(answer)))
  })

  test('a chat open in another tab shows a turn that begins elsewhere', async () => {
    const { page, context } = await visit()
    await page.goto('/')
    await ask(page, 'What is a fjord?')
    await answerEnded(page)
    const second = await context.newPage()
    await second.goto(`/c/${await chatIdOf(page)}`)
    await ask(page, 'And what is a lagoon?')
    await questions(second).getByText('And what is a lagoon?', { exact: true }).waitFor()
    await answerEnded(page)
    await expect.poll(() => answers(second).count()).toBe(2)
  })

  test('another chat can be read meanwhile, and the answer is complete on return', async () => {
    const { page } = await visit()
    await page.goto('/')
    await ask(page, 'What is moss?')
    await answerEnded(page)
    await page.getByRole('link', { name: 'New chat' }).first().click()
    await ask(page, 'Tell me a long story about a heron. [tokens:400]')
    await answerBegan(page)
    const chatId = await chatIdOf(page)
    await chatLinks(page).nth(1).waitFor()
    await chatLinks(page).last().click()
    await questions(page).getByText('What is moss?', { exact: true }).waitFor()
    await chatLinks(page).first().click()
    await page.waitForURL(`**/c/${chatId}`)
    await answerEnded(page)
    const [, answer] = await storedMessages(page, chatId)
    expect(wordsOf(await answers(page).locator('.markdown').innerText())).toBe(
      wordsOf(textOf(answer)),
    )
  })

  test('what is typed stays while the new chat gets its page', async () => {
    const { page } = await visit()
    await page.goto('/')
    await ask(page, 'What is amber? [tokens:200]')
    await page.keyboard.type('and what is jet')
    await chatIdOf(page)
    await answerEnded(page)
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe(
      'and what is jet',
    )
  })
})

test('a provider that fails is told with a way to try again, which then works', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'What is basalt?')
  await answerEnded(page)
  {
    await using _ = await failingProviders('500')
    await ask(page, 'What is granite?')
    await page.getByRole('button', { name: 'Try again' }).waitFor({ timeout: 30_000 })
  }
  await page.reload()
  await page.getByRole('button', { name: 'Try again' }).click()
  await answerEnded(page)
  const stored = await storedMessages(page, await chatIdOf(page))
  expect(stored.at(-1)?.finish).toBe('stop')
  expect(textOf(stored.at(-2))).toBe('What is granite?')
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
})

test('the end of a long answer stays in view only while its reader is there', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'A very long text, please. [tokens:1200]')
  await answerBegan(page)
  const fromEnd = () =>
    page.evaluate(() => {
      const { scrollHeight, clientHeight, scrollTop } = document.documentElement
      return scrollHeight - clientHeight - scrollTop
    })
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollTop))
    .toBeGreaterThan(200)
  expect(await fromEnd()).toBeLessThan(60)
  await page.mouse.move(600, 400)
  await page.mouse.wheel(0, -400)
  const jump = page.getByRole('button', { name: 'Jump to the latest message' })
  await jump.waitFor()
  const before = await page.evaluate(() => document.documentElement.scrollTop)
  await expect.poll(fromEnd).toBeGreaterThan(500)
  expect(await page.evaluate(() => document.documentElement.scrollTop)).toBe(before)
  await jump.click()
  await expect.poll(fromEnd).toBeLessThan(60)
  await stopButton(page).click()
})
