import { expect, inject, test } from 'vitest'
import { answerBegan, answerEnded, ask, stopButton } from './harness/chat-page.ts'
import { PHONE } from './harness/chromium.ts'
import { axeFaults, pageFaults } from './harness/page-faults.ts'
import { pace } from './harness/simulator.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

test('pages without a chat have no serious fault', async () => {
  const { page } = await visit()
  for (const path of ['/', '/sign-in', '/sign-up', '/nowhere', '/admin/providers', '/search']) {
    await page.goto(path)
    expect(await pageFaults(page, path)).toEqual([])
  }
})

test('the settings page has none', async () => {
  const { page } = await visit()
  const { email, password } = inject('administrator')
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  for (const path of ['/admin/providers', '/admin/tiers', '/settings/limits']) {
    await page.goto(path)
    const tier = page.locator('details').first()
    if ((await tier.count()) > 0) await tier.locator('summary').click()
    expect(await pageFaults(page, path)).toEqual([])
  }
})

test('the page of API keys has none, with a key that is shown and with every form open', async () => {
  const { page } = await visit()
  const { email, password } = inject('administrator')
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.goto('/settings/api-keys')
  await page.getByLabel('Name', { exact: true }).fill('A program')
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByRole('heading', { name: /^Your new key/ }).waitFor()
  for (const summary of await page.locator('summary').all()) await summary.click()
  expect(await pageFaults(page, 'API keys')).toEqual([])
})

test('found messages and what cannot be searched for have none', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'What is a lagoon?')
  await answerEnded(page)
  for (const q of ['lagoon', 'lagoon before:soon', 'nowhere']) {
    await page.goto(`/search?${new URLSearchParams({ q })}`)
    expect(await pageFaults(page, q)).toEqual([])
  }
  await page.goto('/search?q=lagoon')
  await page.locator('.hit[href*="around="]').first().click()
  await page.locator('[data-found]').waitFor()
  expect(await pageFaults(page, 'a found message')).toEqual([])
})

test('a chat has none while its answer is written', async () => {
  await using _ = await pace(20)
  const { page } = await visit()
  await page.goto('/')
  await page.getByRole('button', { name: /^Reasoning/ }).click()
  await page.getByText('Thinking…').waitFor()
  expect(await pageFaults(page, 'reasoning')).toEqual([])
  await stopButton(page).click()
  await page.getByText('You stopped this answer.').waitFor()
})

test('a chat has none while messages wait in line, one is edited, and there are versions', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'What is a ravine? [tokens:30]')
  await answerBegan(page)
  await answerEnded(page)
  await page.getByRole('button', { name: 'Answer again' }).click()
  await page.getByText('Version 2 of 2').waitFor({ state: 'attached' })
  await answerEnded(page)
  await using _ = await pace(20)
  await ask(page, 'Tell me an endless story about a river. [tokens:3000]')
  await answerBegan(page)
  await ask(page, 'What is a canyon?')
  await page.getByText('Waiting', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Edit this message' }).first().click()
  expect(await pageFaults(page, 'a line')).toEqual([])
  await page.getByRole('button', { name: 'Take back' }).click()
  await page.getByRole('button', { name: 'Stop the answer' }).click()
  await page.getByText('You stopped this answer.').waitFor()
})

test('a chat has none once its answers are there, nor do its menus', async () => {
  const { page } = await visit()
  await page.goto('/')
  for (const question of [
    'Why do leaves fall? Think it through first.',
    'Compare tea, coffee and cocoa in a table.',
    'Write a function in Python that counts words.',
  ]) {
    await ask(page, question)
    await answerBegan(page)
    await answerEnded(page)
  }
  await page.locator('details.reasoning summary').click()
  expect(await pageFaults(page, 'chat')).toEqual([])
  await page.getByRole('button', { name: 'Colour theme' }).click()
  expect(await pageFaults(page, 'theme menu')).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: /^Rename or delete/ }).click()
  await page.getByRole('dialog').waitFor()
  expect(await pageFaults(page, 'dialog')).toEqual([])
  await page.keyboard.press('Escape')
  await page.setViewportSize(PHONE.viewport)
  await page.getByRole('button', { name: 'Chats and account' }).click()
  await page.locator('.chat-link').first().waitFor()
  expect(await axeFaults(page)).toEqual([])
})

test('a screen reader is told of an answer’s beginning and end, not of its words', async () => {
  const { page } = await visit()
  await page.goto('/')
  // The status appears with the transcript, so what it says is collected from the document.
  await page.evaluate(() => {
    const said: string[] = []
    Object.assign(window, { said })
    new MutationObserver(() => {
      const text = document.querySelector('output.visually-hidden')?.textContent ?? ''
      if (text !== '' && said.at(-1) !== text) said.push(text)
    }).observe(document.body, { childList: true, characterData: true, subtree: true })
  })
  await ask(page, 'What is peat?')
  await answerEnded(page)
  const said = () => page.evaluate(() => Reflect.get(window, 'said') as string[])
  await expect
    .poll(said)
    .toEqual(['Sent.', 'The answer is being written.', 'The answer is complete.'])
  expect(await page.getByRole('log').getAttribute('aria-live')).toBe('off')
})
