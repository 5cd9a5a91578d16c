import pg from 'pg'
import type { Page } from 'playwright-core'
import { expect, inject, test } from 'vitest'
import { HOSTILE_MARKDOWN } from '../app/markdown/hostile-markdown.ts'
import {
  answerEnded,
  answers,
  ask,
  chatIdOf,
  messageField,
  sendButton,
} from './harness/chat-page.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

/** Replaces the stored answer of a chat by what no model would say. */
async function storeAnswer(chatId: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  try {
    const { rowCount } = await client.query(
      `update chat_history set parts = $2 where session_id = $1 and role = 'assistant'`,
      [chatId, JSON.stringify([{ type: 'text', text }])],
    )
    expect(rowCount).toBe(1)
  } finally {
    await client.end()
  }
}

/** Watches for anything that the text might have set off. */
async function watch(page: Page): Promise<() => Promise<void>> {
  const foreign: string[] = []
  const dialogs: string[] = []
  const origin = inject('webUrl')
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(origin) && !url.startsWith('data:')) foreign.push(url)
  })
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  return async () => {
    expect(foreign).toEqual([])
    expect(dialogs).toEqual([])
    expect(await page.evaluate(() => Reflect.get(window, 'pwned') as unknown)).toBeUndefined()
    const answer = answers(page).last()
    expect(
      await answer.locator('script, img, iframe, style, object, form, base, meta').count(),
    ).toBe(0)
    const links = await answer
      .locator('a')
      .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute('href')))
    for (const link of links) expect(link).toMatch(/^(https?:\/\/|mailto:)/)
    for (const link of await answer.locator('a').all()) {
      expect(await link.getAttribute('rel')).toBe('noopener noreferrer')
    }
  }
}

test('hostile text is inert when it is read from the store, with and without script', async () => {
  const { page, context } = await visit()
  await page.goto('/')
  await ask(page, 'What is a bog?')
  await answerEnded(page)
  const chatId = await chatIdOf(page)
  await storeAnswer(chatId, HOSTILE_MARKDOWN.join('\n\n'))
  const nothingHappened = await watch(page)
  await page.reload()
  await answers(page).getByText('<script>window.pwned = 1</script>').first().waitFor()
  await page.waitForLoadState('networkidle')
  for (const link of await answers(page).locator('.markdown a').all()) await link.hover()
  await nothingHappened()

  const plain = await visit({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  })
  await plain.page.goto(`/c/${chatId}`)
  await answers(plain.page).getByText('<script>window.pwned = 1</script>').first().waitFor()
  expect(
    await answers(plain.page).locator('script, img, iframe, style, object, form').count(),
  ).toBe(0)
})

test('hostile text is inert half-way through a stream', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'What is a fen?')
  await answerEnded(page)
  const chatId = await chatIdOf(page)
  const nothingHappened = await watch(page)
  // The store knows nothing of these turns: the page must not look there, and forget them, before we looked at them.
  await page.route('**/*.data*', () => {})
  let piece = ''
  const problem = {
    type: 'about:blank',
    title: 'The answer broke off.',
    status: 502,
    code: 'answer-cut',
    traceId: 'none',
    retryable: true,
    retryAfterMs: null,
  }
  await page.route('**/api/v1/**/turns', (route) => {
    const { turnId } = route.request().postDataJSON() as { turnId: string }
    const frames = [
      { type: 'turn-start', turnId, chatId, userMessageId: turnId, model: 'auto' },
      { type: 'text-delta', text: piece },
      { type: 'turn-error', turnId, messageId: null, problem },
    ]
    return route.fulfill({
      contentType: 'text/event-stream',
      body: frames
        .map((frame, index) => `id: 1-${index}\ndata: ${JSON.stringify(frame)}\n\n`)
        .join(''),
    })
  })
  for (const text of HOSTILE_MARKDOWN) {
    piece = `Begin. ${text.slice(0, Math.ceil(text.length * 0.7))}`
    await messageField(page).fill('go on')
    await sendButton(page).click()
    await answers(page).last().getByText('Begin.').waitFor()
    await sendButton(page).waitFor()
  }
  await nothingHappened()
})

test('a title and a question are shown as they were written', async () => {
  const { page } = await visit()
  const nothingHappened = await watch(page)
  await page.goto('/')
  const text = '<img src=x onerror="window.pwned=1"> **not bold** [x](javascript:window.pwned=1)'
  await ask(page, text)
  await answerEnded(page)
  expect(await page.getByRole('article', { name: 'You wrote' }).innerText()).toBe(text)
  await nothingHappened()
})

test('a picture loads only when its reader asks for it', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'What is a marsh?')
  await answerEnded(page)
  await storeAnswer(await chatIdOf(page), '![A marsh](https://pictures.example/marsh.png)')
  const asked: string[] = []
  await page.route('https://pictures.example/**', (route) => {
    asked.push(route.request().url())
    return route.fulfill({
      contentType: 'image/svg+xml',
      body: '<svg xmlns="http://www.w3.org/2000/svg"/>',
    })
  })
  await page.reload()
  const load = page.getByRole('button', { name: /Load the image “A marsh” from pictures.example/ })
  await load.waitFor()
  expect(asked).toEqual([])
  await load.click()
  await page.getByRole('img', { name: 'A marsh' }).waitFor({ state: 'attached' })
  await expect.poll(() => asked).toEqual(['https://pictures.example/marsh.png'])
})
