import { expect, test } from 'vitest'
import { waitForTitle } from './wait-for-title.ts'

/** Waits by as many looks as there are: `undefined` fails. */
async function waitBy(
  titles: readonly (string | null | undefined)[],
  gone = new AbortController(),
) {
  const waits: number[] = []
  let looks = 0
  const came = waitForTitle({
    look: async () => {
      const title = titles[looks++]
      if (title === undefined) throw new TypeError('Failed to fetch')
      return { title }
    },
    sleep: async (ms) => {
      waits.push(ms)
      if (waits.length > titles.length) gone.abort()
    },
    gone: gone.signal,
  })
  return { came, waits, looks: () => looks }
}

test('a title is looked for until it is there, whether or not a look before failed', async () => {
  const { came, looks } = await waitBy([null, undefined, 'Moors', 'Bogs'])
  expect(await came).toBe(true)
  expect(looks()).toBe(3)
})

test('it is looked for up to a minute, then no more', async () => {
  const { came, waits } = await waitBy([null, null, undefined, null, null, null])
  expect(await came).toBe(false)
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(60_000)
})

test('who has left the page looks no more', async () => {
  const { came, looks } = await waitBy([null])
  await expect(came).rejects.toThrow(/abort/i)
  expect(looks()).toBe(1)
})
