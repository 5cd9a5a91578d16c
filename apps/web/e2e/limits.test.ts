import { Client } from 'pg'
import type { Page } from 'playwright-core'
import { expect, inject, test } from 'vitest'
import { answerEnded, ask } from './harness/chat-page.ts'
import { PHONE } from './harness/chromium.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

async function signInAsAdministrator(page: Page): Promise<void> {
  const { email, password } = inject('administrator')
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** Changes a tier behind everybody's back, as somebody else would. */
async function setTier(name: string, change: string): Promise<void> {
  const client = new Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  await client.query(`update tiers set ${change} where name = $1`, [name])
  await client.end()
}

test.each([true, false])(
  'a guest sees what is left, and when it is back (with script: %s)',
  async (javaScriptEnabled) => {
    const { page } = await visit({ javaScriptEnabled, ...(javaScriptEnabled ? {} : PHONE) })
    await page.goto('/')
    if (javaScriptEnabled) {
      await ask(page, 'What is left for me?')
      await answerEnded(page)
      await page.getByRole('link', { name: 'Limits' }).click()
    } else {
      await page.getByRole('textbox').first().fill('What is left for me?')
      await page.getByRole('button', { name: 'Send' }).click()
      await page.goto('/settings/limits')
    }
    await page.getByRole('heading', { name: 'Limits' }).waitFor()
    await page.getByText('Your tier is guest').waitFor()
    const requests = page.getByRole('region', { name: 'Requests at once' })
    expect(await requests.innerText()).toMatch(/[\d,]+ of [\d,]+ left/)
    expect(await page.getByRole('region', { name: 'Messages today' }).innerText()).toMatch(
      /\d used, no limit/,
    )
    expect(await page.getByRole('region', { name: 'Your standing' }).innerText()).toContain('100 %')
    const tooWide = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    )
    expect(tooWide).toBe(false)
  },
)

test('an administrator changes a tier, a user sees it within seconds, and nonsense is refused', async () => {
  const { page } = await visit()
  await signInAsAdministrator(page)
  await page.goto('/admin/tiers')
  const pro = page.locator('details', { hasText: 'pro' }).first()
  await pro.locator('summary').click()
  await pro.getByLabel('Messages a day').fill('1234')
  await pro.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved. It is in force everywhere.').waitFor()
  expect(await pro.locator('summary').innerText()).toContain('1,234 messages a day')

  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('trial')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const trial = page.locator('details', { hasText: 'trial' })
  await trial.getByText('Saved.').waitFor()
  await trial.getByLabel('Models').fill('auto, fast')
  await trial.getByLabel('Budget a month').fill('12.50')
  await trial.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved. It is in force everywhere.').waitFor()
  expect(await trial.getByLabel('Models').inputValue()).toBe('auto, fast')
  expect(await trial.getByLabel('Budget a month').inputValue()).toBe('12.50')
  await trial.getByRole('button', { name: 'Remove' }).click()
  await trial.waitFor({ state: 'detached' })

  const free = page.locator('details', { hasText: 'free' }).first()
  await free.locator('summary').click()
  await free.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('alert').getByText('This tier is needed.').waitFor()
})

test('who has no message left is told when there are new ones, and finds the same on the page', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'The first')
  await answerEnded(page)
  await setTier('guest', 'messages_per_day = 1')
  try {
    await expect
      .poll(
        async () => {
          await page.goto('/settings/limits')
          return page.getByRole('region', { name: 'Messages today' }).innerText()
        },
        { timeout: 10_000 },
      )
      .toContain('0 of 1 left')
    await page.goto('/')
    await ask(page, 'The second')
    await page.getByText('You have sent the 1 messages of today.').waitFor()
  } finally {
    await setTier('guest', 'messages_per_day = null')
  }
})
