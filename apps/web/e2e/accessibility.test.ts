import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, inject, test } from 'vitest'
import { answerBegan, answerEnded, ask, stopButton } from './harness/chat-page.ts'
import { DESKTOP, PHONE } from './harness/chromium.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

/** Serious and critical findings on the page as it is now. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    )
}

const WINDOWS: [string, BrowserContextOptions][] = [
  ['desktop, light', { ...DESKTOP, colorScheme: 'light' }],
  ['desktop, dark', { ...DESKTOP, colorScheme: 'dark' }],
  ['phone, light', { ...PHONE, colorScheme: 'light' }],
  ['phone, dark', { ...PHONE, colorScheme: 'dark' }],
]

describe.each(WINDOWS)('on a %s', (_name, window) => {
  test('no page has a serious fault', async () => {
    const { page } = await visit({ ...window, reducedMotion: 'reduce' })
    for (const path of ['/', '/sign-in', '/sign-up', '/nowhere', '/settings/providers']) {
      await page.goto(path)
      expect(await findings(page), path).toEqual([])
    }
  })

  test('a chat has none while its answer is written, nor after', async () => {
    const { page } = await visit({ ...window, reducedMotion: 'reduce' })
    await page.goto('/')
    await page.getByRole('button', { name: /^Reasoning/ }).click()
    await page.getByText('Thinking…').waitFor()
    expect(await findings(page), 'thinking').toEqual([])
    await answerEnded(page)
    await ask(page, 'Compare tea, coffee and cocoa in a table.')
    await answerEnded(page)
    await ask(page, 'Write a function in Python that counts words.')
    await answerEnded(page)
    await page.locator('details.reasoning summary').click()
    expect(await findings(page), 'finished').toEqual([])
    await ask(page, 'A long text, please. [tokens:1500]')
    await answerBegan(page)
    expect(await findings(page), 'answering').toEqual([])
    await stopButton(page).click()
    await page.getByText('You stopped this answer.').waitFor()
    await page.getByRole('button', { name: 'Colour theme' }).click()
    expect(await findings(page), 'theme menu').toEqual([])
    await page.keyboard.press('Escape')
    const drawer = page.getByRole('button', { name: 'Chats and account' })
    if (await drawer.isVisible()) await drawer.click()
    expect(await findings(page), 'list of chats').toEqual([])
    await page.getByRole('link', { name: /^Rename or delete/ }).click()
    await page.getByRole('dialog').waitFor()
    expect(await findings(page), 'dialog').toEqual([])
  })
})

test('the settings page has none', async () => {
  const { page } = await visit()
  const { email, password } = inject('administrator')
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.goto('/settings/providers')
  expect(await findings(page)).toEqual([])
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
