import pg from 'pg'
import type { Page } from 'playwright-core'
import { expect, inject, test } from 'vitest'
import { answerEnded, ask } from './harness/chat-page.ts'
import { pageFaults } from './harness/page-faults.ts'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

async function signInAsAdministrator(page: Page): Promise<void> {
  const { email, password } = inject('administrator')
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** By SQL: the pages for it are tested below. */
async function limit(userId: string, dollars: number): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  try {
    await client.query(
      'insert into user_budgets values ($1, $2) on conflict (user_id) do update set monthly_pico_usd = $2',
      [userId, Math.round(dollars * 1e12)],
    )
  } finally {
    await client.end()
  }
}

test.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'with $javaScriptEnabled: an answer says what it cost, and the page of the month adds it up',
  async (options) => {
    const { page } = await visit(options)
    await page.goto('/')
    await ask(page, 'What is a lighthouse?')
    await answerEnded(page)
    const cost = page.locator('.answer-cost summary')
    await expect.poll(() => cost.textContent()).toMatch(/^Cost (?:under )?\$0\.\d+$/)
    await cost.press('Enter')
    await page.getByText(/tokens read, [\d,]+ written/).waitFor()
    await page.getByRole('link', { name: 'Usage' }).click()
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor()
    await page.getByText(/of \$25\.00 spent, \$25\.00 left/).waitFor()
    // The title of the chat was asked for as well, or is about to be.
    expect(await page.getByRole('table').first().getByRole('row').count()).toBe(2)
  },
)

test('a dear message is told of before it is sent, without asking anybody', async () => {
  const { page } = await visit()
  await page.goto('/')
  await page.getByLabel('Model').selectOption('anthropic/claude-haiku-4-5')
  const estimate = page.locator('.composer-cost')
  expect(await estimate.textContent()).toBe('')
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.getByLabel('Message').fill('x'.repeat(100_000))
  await expect.poll(() => estimate.textContent()).toMatch(/^About \$0\.\d+ for the next answer$/)
  await page.getByLabel('Message').fill('short')
  await expect.poll(() => estimate.textContent()).toBe('')
  expect(asked).toEqual([])
})

test.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  'with $javaScriptEnabled: an administrator limits one user and all together, and what is no amount is said',
  async (options) => {
    const { page } = await visit(options)
    await signInAsAdministrator(page)
    await page.getByRole('link', { name: 'Administration' }).click()
    await page.getByRole('link', { name: 'Budgets' }).click()
    const all = page.getByRole('region', { name: 'All users together' })
    await all.getByLabel('Limit a month').fill('a lot')
    await all.getByRole('button', { name: 'Save' }).click()
    await all.getByRole('alert').waitFor()
    await all.getByLabel('Limit a month').fill('2500.50')
    await all.getByRole('button', { name: 'Save' }).click()
    await all.getByText(/of \$2,500\.50 spent/).waitFor()

    const users = page.getByRole('region', { name: 'Users by name' })
    await users.getByLabel('E-mail address').fill('nobody@example.com')
    await users.getByLabel('Limit a month').fill('3')
    await users.getByRole('button', { name: 'Give this budget' }).click()
    await users.getByRole('alert').waitFor()
    await users.getByLabel('E-mail address').fill(inject('administrator').email)
    await users.getByLabel('Limit a month').fill('3')
    await users.getByRole('button', { name: 'Give this budget' }).click()
    await users.getByText(/spent of \$3\.00/).waitFor()
    await users.getByRole('button', { name: /^As the tier/ }).click()
    await users.getByText('There are none.').waitFor()
    await all.getByLabel('Limit a month').fill('')
    await all.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => all.getByText(/of \$2,500\.50/).count()).toBe(0)
  },
)

test('whose budget is spent is told so where they write, and on every page', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'What is a jetty?')
  await answerEnded(page)
  const { user } = (await (await page.request.get('/api/v1/me')).json()) as { user: { id: string } }
  await limit(user.id, 0)
  await ask(page, 'And a quay?')
  await page.getByText('Your budget for this month is spent. It renews on').waitFor()
  await limit(user.id, 0.00007)
  await page.goto('/')
  await ask(page, 'What is a mole?')
  await answerEnded(page)
  await page.goto('/search')
  await page.getByText('Your budget for this month is spent: no answers').waitFor()
})

test('nobody else sees the budgets of others', async () => {
  const { page } = await visit()
  await page.goto('/')
  await ask(page, 'What is a pier?')
  await answerEnded(page)
  expect((await page.goto('/admin/budgets'))?.status()).toBe(403)
})

test('the pages have no serious fault and fit a phone', async () => {
  const { page } = await visit()
  await signInAsAdministrator(page)
  await page.goto('/')
  await ask(page, 'What is a harbour?')
  await answerEnded(page)
  await page.locator('.answer-cost').first().waitFor()
  for (const path of [new URL(page.url()).pathname, '/settings/usage', '/admin/budgets']) {
    await page.goto(path)
    await page.locator('.answer-cost summary, .usage-sum').first().waitFor()
    expect(await pageFaults(page, path)).toEqual([])
  }
})
