import { AxeBuilder } from '@axe-core/playwright'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { answerEnded, ask, chatLinks } from './harness/chat-page.ts'
import { DESKTOP, PHONE } from './harness/chromium.ts'
import { showIn } from './harness/show-in.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()
const PASSWORD = 'correct horse battery'

async function begin(page: Page, question: string): Promise<void> {
  await page.goto('/')
  await ask(page, question)
  await answerEnded(page)
}

async function signUp(page: Page): Promise<string> {
  const email = `${randomBytes(6).toString('hex')}@example.com`
  await page.goto('/sign-up')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return email
}

const section = (page: Page, title: string) => page.getByRole('region', { name: title })

test.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'with $javaScriptEnabled: everything is exported into a file that its user can fetch',
  async (options) => {
    const { page } = await visit(options)
    await begin(page, 'What is a fjord?')
    await page.getByRole('link', { name: 'Your data' }).click()
    await page.getByRole('button', { name: 'Export everything' }).click()
    const link = page.getByRole('link', { name: 'Download' })
    await link.waitFor()
    const downloading = page.waitForEvent('download')
    await link.click()
    const download = await downloading
    expect(download.suggestedFilename()).toMatch(/^brainlyx-export-\d{4}-\d\d-\d\d\.zip$/)
    const content = await readFile(await download.path())
    expect(content.subarray(0, 2).toString()).toBe('PK')
    expect(content.includes('manifest.json')).toBe(true)

    const path = (await link.getAttribute('href'))!
    const stranger = await visit(options)
    await begin(stranger.page, 'What is a loch?')
    expect((await stranger.page.request.get(path)).status()).toBe(403)

    // Who was given the file has the chat as well.
    await stranger.page.goto('/settings/data')
    await stranger.page.getByLabel('Export (a ZIP file)').setInputFiles(await download.path())
    await stranger.page.getByRole('button', { name: 'Import' }).click()
    await stranger.page.getByText('One chat was read.').waitFor()
    await stranger.page.goto('/')
    expect(await chatLinks(stranger.page).count()).toBe(2)
  },
)

test.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'with $javaScriptEnabled: all chats are deleted once the words are typed',
  async (options) => {
    const { page } = await visit(options)
    await begin(page, 'What is a steppe?')
    await page.goto('/settings/data')
    const form = section(page, 'Delete all chats')
    await form.getByLabel(/^Type/).fill('yes')
    await form.getByRole('button').click()
    expect(await chatLinks(page).count()).toBe(1)
    await form.getByLabel(/^Type/).fill('delete all my chats')
    await form.getByRole('button').click()
    await page.getByText('One chat was deleted.').waitFor()
    await page.goto('/')
    expect(await chatLinks(page).count()).toBe(0)
  },
)

test.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'with $javaScriptEnabled: an account is deleted with its password, and nobody is signed in any more',
  async (options) => {
    const { page } = await visit(options)
    const email = await signUp(page)
    await begin(page, 'What is a savanna?')
    await page.goto('/settings/data')
    const form = section(page, 'Delete your account')
    const send = async (password: string): Promise<void> => {
      await form.getByLabel(/^Type/).fill('delete my account')
      await form.getByLabel('Password').fill(password)
      await form.getByRole('button').click()
    }
    await send('not the password')
    await form.getByRole('alert').getByText('The password is wrong.').waitFor()
    await send(PASSWORD)
    await page.getByRole('heading', { name: 'Your account is deleted' }).waitFor()
    await page.getByRole('link', { name: 'Back to the beginning' }).click()
    await page.getByText('No account is needed to begin.').waitFor()
    expect(await chatLinks(page).count()).toBe(0)
    await page.goto('/sign-in')
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
  },
)

test('the page has no serious fault: in both themes, on a desktop and on a phone', async () => {
  const { page } = await visit({ reducedMotion: 'reduce' })
  await signUp(page)
  await begin(page, 'What is a heath?')
  await page.goto('/settings/data')
  await page.getByRole('button', { name: 'Export everything' }).click()
  await page.getByRole('link', { name: 'Download' }).waitFor()
  const pictures = process.env['E2E_PICTURES']
  for (const [device, { viewport }] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await showIn(page, colorScheme)
      const { violations } = await new AxeBuilder({ page }).analyze()
      const serious = violations.filter(({ impact }) => /serious|critical/.test(impact ?? ''))
      expect(serious, `${device}, ${colorScheme}`).toEqual([])
      if (pictures !== undefined) {
        const path = `${pictures}/your-data-${device}-${colorScheme}.png`
        await page.screenshot({ path, fullPage: true })
      }
    }
  }
})
