import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Page,
  Response,
} from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { DESKTOP, USER_AGENT, launchChromium } from './chromium.ts'

/** What a page must never say: a broken policy, a failed hydration, an uncaught error. */
const EXPECTED_COMPLAINTS = [
  /^Failed to load resource: the server responded with a status of 4\d\d/,
  // A test has cut the line.
  /^Failed to load resource: net::ERR_/,
]

export interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  /** What the page complained of so far. */
  readonly complaints: string[]
}

/** One browser for the file that calls this, and a way to visit as somebody new. */
export function useBrowser(expecting: { complaintsOf503?: 'expected' } = {}): {
  visit: (options?: BrowserContextOptions) => Promise<Visitor>
} {
  let browser: Browser
  const expected =
    expecting.complaintsOf503 === undefined
      ? EXPECTED_COMPLAINTS
      : [...EXPECTED_COMPLAINTS, /status of 503/]
  const visitors: Visitor[] = []
  const answers: Promise<string | undefined>[] = []
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())
  afterEach(async () => {
    const turnedAway = (await Promise.all(answers.splice(0))).filter((url) => url !== undefined)
    const complaints = visitors
      .flatMap((visitor) => visitor.complaints)
      .filter((complaint) => !turnedAway.some((url) => complaint.includes(url)))
    await Promise.all(visitors.splice(0).map(({ context }) => context.close()))
    expect(complaints).toEqual([])
  })
  return {
    visit: async (options) => {
      const context = await browser.newContext({
        baseURL: inject('webUrl'),
        userAgent: USER_AGENT,
        locale: 'en-GB',
        ...DESKTOP,
        ...options,
      })
      context.setDefaultTimeout(15_000)
      const complaints: string[] = []
      context.on('response', (response) => answers.push(turnedAwayUrl(response)))
      context.on('weberror', (error) => complaints.push(String(error.error())))
      context.on('console', (message) => {
        const isComplaint = message.type() === 'error' || message.type() === 'warning'
        const text = message.text()
        if (isComplaint && !expected.some((complaint) => complaint.test(text))) {
          complaints.push(`${text} (${message.location().url})`)
        }
      })
      const visitor = { context, page: await context.newPage(), complaints }
      visitors.push(visitor)
      return visitor
    },
  }
}

/**
 * A service that has more to do than it can turns away what can wait, and the pages ask again: that is no fault of
 * theirs, on a machine that runs every suite at once. @returns its URL, where a response says so
 */
async function turnedAwayUrl(response: Response): Promise<string | undefined> {
  if (response.status() !== 503) return undefined
  const problem = (await response.json().catch(() => undefined)) as { code?: string } | undefined
  return problem?.code === 'overloaded' ? response.url() : undefined
}
