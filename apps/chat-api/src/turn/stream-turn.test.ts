import { newId } from '@brainlyx/db'
import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { eventually } from '@brainlyx/testkit'
import { createParser } from 'eventsource-parser'
import { afterAll, afterEach, expect, test } from 'vitest'
import { readFrames, textOf } from '../../test/browser.ts'
import type { Browser, Frame } from '../../test/browser.ts'
import { arrangeInstallation, guest } from '../../test/installation.ts'

const installation = await arrangeInstallation()
const { simulator } = installation
afterAll(() => installation.close())
afterEach(() => simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 }))

const staying = await installation.startReplica()

/** A replica that can be told to leave, while it goes on serving. */
async function startLeaver(options: { redisUrl?: string } = {}) {
  const leaving = new AbortController()
  const replica = await installation.startReplica({ ...options, leaving: leaving.signal })
  return { replica, leave: () => leaving.abort() }
}

let prompts = 0
const uniquePrompt = (): string => `What follows number ${++prompts} in ${newId()}`

function at(replica: { browser: () => Browser }, browser: Browser): Browser {
  const other = replica.browser()
  for (const [name, value] of browser.cookies) other.cookies.set(name, value)
  return other
}

async function accept(browser: Browser, text: string, path = '/api/v1/turns') {
  const response = await browser.post(path, { text })
  expect(response.status).toBe(202)
  return (await response.json()) as { turnId: string; chatId: string }
}

/** Follows in the background, and keeps what the stream says of when to come back. */
function reading(browser: Browser, turnId: string) {
  const frames: Frame[] = []
  const retries: number[] = []
  const parser = createParser({
    onEvent: ({ id, data }) => void frames.push({ id, frame: JSON.parse(data) as Frame['frame'] }),
    onRetry: (ms) => void retries.push(ms),
  })
  const read = async (): Promise<void> => {
    const response = await browser.fetch(`/api/v1/turns/${turnId}/events`)
    expect(response.status).toBe(200)
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) parser.feed(part)
  }
  return { frames, retries, done: read() }
}

test('a turn that waits has a stream at once, which says so and then goes on as any other', async () => {
  simulator.setPace({ tokensPerSecond: 60 })
  const browser = await guest(staying)
  const first = await accept(browser, `${uniquePrompt()} [tokens:60]`)
  const text = uniquePrompt()
  const { turnId } = await accept(browser, text, `/api/v1/chats/${first.chatId}/turns`)
  const { replica } = await startLeaver()
  const readers = [browser, at(replica, browser)].map((where) => reading(where, turnId))
  for (const { frames } of readers) {
    await eventually(() =>
      expect(frames).toMatchObject([{ frame: { type: 'notice', code: 'turn-waiting' } }]),
    )
    expect(frames[0]!.id).toBeUndefined()
  }
  simulator.setPace({ tokensPerSecond: 0 })
  for (const { frames, done } of readers) {
    await done
    expect(textOf(frames)).toBe(simulatedAnswer(text).text)
    expect(frames[1]!.frame.type).toBe('turn-start')
  }
})

test('one that was stopped before it began has an end in its stream, during and after', async () => {
  simulator.setPace({ tokensPerSecond: 60 })
  const browser = await guest(staying)
  const first = await accept(browser, `${uniquePrompt()} [tokens:90]`)
  const { turnId } = await accept(browser, uniquePrompt(), `/api/v1/chats/${first.chatId}/turns`)
  const { replica } = await startLeaver()
  const during = reading(at(replica, browser), turnId)
  await eventually(() => expect(during.frames).toHaveLength(1))
  await browser.post(`/api/v1/turns/${turnId}/stop`)
  await during.done
  const end = { frame: { type: 'turn-end', turnId, messageId: null, finish: 'stopped' } }
  expect(during.frames.slice(1)).toMatchObject([
    { frame: { type: 'answer-snapshot', parts: [] } },
    end,
  ])
  expect(await browser.follow(turnId)).toMatchObject([
    { frame: { type: 'answer-snapshot', parts: [] } },
    end,
  ])
})

test('a cursor from nowhere gets the answer so far, then the rest', async () => {
  simulator.setPace({ tokensPerSecond: 60 })
  const browser = await guest(staying)
  const text = `${uniquePrompt()} [tokens:60]`
  const { turnId } = await accept(browser, text)
  const live = await browser.fetch(`/api/v1/turns/${turnId}/events`)
  await readFrames(live, (frames) => textOf(frames).length > 20)
  const { replica } = await startLeaver()
  for (const where of [browser, at(replica, browser)]) {
    const frames = await where.follow(turnId, '9-9')
    expect(frames[0]).toMatchObject({ id: undefined, frame: { type: 'answer-snapshot' } })
    expect(textOf(frames)).toBe(simulatedAnswer(text).text)
  }
})

test('a replica that leaves moves its readers, wherever their turns run, and they miss nothing', async () => {
  simulator.setPace({ tokensPerSecond: 30 })
  const { replica, leave } = await startLeaver()
  const browser = await guest(replica)
  const texts = [`${uniquePrompt()} [tokens:150]`, `${uniquePrompt()} [tokens:150]`] as const
  const here = await accept(browser, texts[0])
  const there = await accept(at(staying, browser), texts[1])
  const waiting = await accept(browser, 'Later', `/api/v1/chats/${here.chatId}/turns`)
  const readers = [here, there, waiting].map(({ turnId }) => reading(browser, turnId))
  await eventually(() => {
    for (const { frames } of readers.slice(0, 2)) expect(textOf(frames)).not.toBe('')
  })
  const leftAt = performance.now()
  leave()
  const late = reading(browser, there.turnId)
  await Promise.all([...readers, late].map(({ done }) => done))
  expect(performance.now() - leftAt).toBeLessThan(3_000)
  for (const { frames, retries } of [...readers, late]) {
    expect(frames.map(({ frame }) => frame.type)).not.toContain('turn-end')
    expect(retries).toHaveLength(2)
  }
  simulator.setPace({ tokensPerSecond: 0 })
  for (const [index, { frames }] of readers.slice(0, 2).entries()) {
    const { turnId } = [here, there][index]!
    const rest = await at(staying, browser).follow(turnId, frames.at(-1)!.id)
    const all = [...frames, ...rest]
    expect(all.map(({ id }) => id)).toEqual(all.map((_, position) => `1-${position + 1}`))
    expect(textOf(all)).toBe(simulatedAnswer(texts[index]!).text)
  }
}, 30_000)

test('a reader that only the leaving replica can serve stays to the end', async () => {
  simulator.setPace({ tokensPerSecond: 30 })
  const { replica, leave } = await startLeaver({ redisUrl: 'redis://127.0.0.1:1' })
  const browser = await guest(replica)
  const text = `${uniquePrompt()} [tokens:100]`
  const { turnId } = await accept(browser, text)
  const { frames, done } = reading(browser, turnId)
  await eventually(() => expect(textOf(frames)).not.toBe(''))
  leave()
  await done
  expect(textOf(frames)).toBe(simulatedAnswer(text).text)
  expect(frames.at(-1)!.frame.type).toBe('turn-end')
}, 20_000)
