import { authenticatorCode } from '@brainlyx/testkit'
import { afterAll, expect, test } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { arrangeInstallation, signUp } from '../../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const replicas = [await installation.startReplica(), await installation.startReplica()] as const

const PASSWORD = 'correct horse battery'

const secretIn = (uri: string): string => new URL(uri).searchParams.get('secret')!

/** A member whose sign-ins ask for a code, and the code that switched it on. */
async function memberWithCodes() {
  const browser = replicas[0].browser()
  const email = await signUp(browser)
  const begun = await browser.post('/api/v1/account/two-factor', { password: PASSWORD })
  const { uri, backupCodes } = (await begun.json()) as { uri: string; backupCodes: string[] }
  const code = authenticatorCode(secretIn(uri))
  const path = '/api/v1/account/two-factor/confirmation'
  expect((await browser.post(path, { code })).status).toBe(200)
  const again = await browser.post(path, { code })
  expect([again.status, await problemOf(again)]).toEqual([403, 'wrong-code'])
  return { email, uri, backupCodes, code }
}

/** Somebody on each replica who knows the password. */
async function twoAtTheDoor(email: string): Promise<Browser[]> {
  const browsers = replicas.map((replica) => replica.browser())
  for (const browser of browsers) {
    const response = await browser.post('/api/v1/sign-in', { email, password: PASSWORD })
    expect(await response.json()).toMatchObject({ codeNeeded: true })
  }
  return browsers
}

async function problemOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code
}

async function enter(browsers: readonly Browser[], codes: readonly string[]) {
  const responses = await Promise.all(
    browsers.map((browser, at) => browser.post('/api/v1/sign-in/code', { code: codes[at] })),
  )
  const refused = responses.filter(({ status }) => status !== 200)
  return {
    statuses: responses.map(({ status }) => status).toSorted((one, other) => one - other),
    problems: await Promise.all(refused.map(problemOf)),
  }
}

test('a code of an app is good once, on whatever replica, and none that is older', async () => {
  const { email, uri, code } = await memberWithCodes()
  const next = authenticatorCode(secretIn(uri), 1)
  expect(await enter(await twoAtTheDoor(email), [next, next])).toEqual({
    statuses: [200, 401],
    problems: ['wrong-code'],
  })
  // Both would still be good by their time.
  expect(await enter(await twoAtTheDoor(email), [next, code])).toEqual({
    statuses: [401, 401],
    problems: ['wrong-code', 'wrong-code'],
  })
})

test('a code that was used counts as a wrong one', async () => {
  const { email, code } = await memberWithCodes()
  const [browser] = await twoAtTheDoor(email)
  const problems: string[] = []
  for (let times = 0; times < 6; times++) {
    problems.push(await problemOf(await browser!.post('/api/v1/sign-in/code', { code })))
  }
  expect(problems).toEqual([...Array<string>(5).fill('wrong-code'), 'sign-in-expired'])
})

test('a backup code is good once, on whatever replica', async () => {
  const { email, backupCodes } = await memberWithCodes()
  const [first, second, third] = backupCodes as [string, string, string]
  const same = await enter(await twoAtTheDoor(email), [first, first])
  expect(same.statuses).toEqual([200, 401])
  expect(await enter(await twoAtTheDoor(email), [first, first])).toEqual({
    statuses: [401, 401],
    problems: ['wrong-code', 'wrong-code'],
  })
  // Of two different ones the second may have to begin anew, and is good then.
  const different = await enter(await twoAtTheDoor(email), [second, third])
  expect(different.statuses[0]).toBe(200)
  for (const problem of different.problems) expect(problem).toBe('sign-in-expired')
})
