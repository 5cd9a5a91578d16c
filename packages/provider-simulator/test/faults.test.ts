import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { countTokens, simulatedAnswer, startSimulator, tokensOf } from '../src/index.ts'
import type { Simulator } from '../src/index.ts'
import { eventsOf, rawCall, streamedText, wireNames } from './raw-call.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.clear())
afterAll(() => simulator.close())

const prompt = 'Tell me about tides'
const whole = simulatedAnswer(prompt).text
const endMarkers = /data: \[DONE\]|message_stop|response\.completed|"finishReason"/

describe.each(wireNames)('faults of a stream (%s)', (wire) => {
  it('breaks the connection after exactly so many tokens', async () => {
    for (const tokens of [0, 1, 5, 23]) {
      const answer = await rawCall(simulator.url, wire, { model: `m+cut-after-${tokens}`, prompt })
      expect(answer.status).toBe(200)
      expect(answer.endedCleanly).toBe(false)
      expect(streamedText(wire, answer.body)).toBe(tokensOf(whole).slice(0, tokens).join(''))
    }
    expect(simulator.attempts().map((attempt) => attempt.tokensOut)).toEqual([0, 1, 5, 23])
    expect(simulator.attempts()[0]).toMatchObject({ endedBy: 'fault', finish: null })
  })

  it('ends the body cleanly without any finish', async () => {
    const answer = await rawCall(simulator.url, wire, { model: 'm+end-after-7', prompt })
    expect(answer.endedCleanly).toBe(true)
    expect(streamedText(wire, answer.body)).toBe(tokensOf(whole).slice(0, 7).join(''))
    expect(answer.body).not.toMatch(endMarkers)
  })

  it('can cut between the last token and the finish', async () => {
    const model = `m+end-after-${countTokens(whole)}`
    const answer = await rawCall(simulator.url, wire, { model, prompt })
    expect(streamedText(wire, answer.body)).toBe(whole)
    expect(answer.body).not.toMatch(endMarkers)
  })

  it('stalls on an open connection until the caller leaves', async () => {
    const leave = new AbortController()
    let body = ''
    const call = rawCall(simulator.url, wire, {
      model: 'm+stall-after-4',
      prompt,
      signal: leave.signal,
      onRead: (text) => {
        body += text
      },
    })
    await vi.waitFor(() => expect(countTokens(streamedText(wire, body))).toBe(4))
    expect(simulator.attempts()).toMatchObject([{ endedBy: null, tokensOut: 4 }])
    leave.abort()
    expect((await call).endedCleanly).toBe(false)
    await vi.waitFor(() =>
      expect(simulator.attempts()).toMatchObject([{ endedBy: 'client-abort', tokensOut: 4 }]),
    )
  })

  it.each(['pings-after-3', 'no-end-marker-open'])(
    'stays open without an end: %s',
    async (fault) => {
      const leave = new AbortController()
      let body = ''
      const call = rawCall(simulator.url, wire, {
        model: `m+${fault}`,
        prompt,
        signal: leave.signal,
        onRead: (text) => {
          body += text
        },
      })
      const expected = fault === 'pings-after-3' ? tokensOf(whole).slice(0, 3).join('') : whole
      await vi.waitFor(() => {
        expect(streamedText(wire, body)).toBe(expected)
        if (fault === 'pings-after-3') expect(body).toMatch(/(ping"}|keep-alive)\n\n$/)
      })
      expect(simulator.attempts()[0]?.endedBy).toBeNull()
      leave.abort()
      expect((await call).endedCleanly).toBe(false)
    },
  )

  it('sends one malformed event, then goes on to the end', async () => {
    for (const fault of ['garbage', 'garbage-after-6']) {
      const answer = await rawCall(simulator.url, wire, { model: `m+${fault}`, prompt })
      expect(streamedText(wire, answer.body)).toBe(whole)
      const broken = eventsOf(answer.body).filter(
        (event) => typeof event === 'string' && event !== '[DONE]',
      )
      expect(broken).toHaveLength(1)
      expect(answer.body).toMatch(endMarkers)
    }
  })

  it('leaves out the end marker', async () => {
    const answer = await rawCall(simulator.url, wire, { model: 'm+no-end-marker', prompt })
    expect(answer.endedCleanly).toBe(true)
    expect(streamedText(wire, answer.body)).toBe(whole)
    expect(answer.body).not.toMatch(/data: \[DONE\]|message_stop|response\.completed/)
  })

  it('keeps the first token waiting', async () => {
    const answer = await rawCall(simulator.url, wire, { model: 'm+slow-first-token-80', prompt })
    expect(streamedText(wire, answer.body)).toBe(whole)
    expect(simulator.attempts()[0]?.firstTokenMs).toBeGreaterThanOrEqual(80)
    expect(answer.totalMs).toBeGreaterThanOrEqual(80)
    const headersWait = answer.headersMs >= 80
    expect(headersWait).toBe(wire !== 'anthropic' && wire !== 'responses')
  })

  it('writes byte by byte', async () => {
    const short = 'Tell me about tides [tokens:2]'
    let reads = 0
    const answer = await rawCall(simulator.url, wire, {
      model: 'm+one-byte',
      prompt: short,
      onRead: () => {
        reads += 1
      },
    })
    expect(streamedText(wire, answer.body)).toBe(simulatedAnswer(short).text)
    expect(reads).toBeGreaterThan(20)
    expect(simulator.attempts()).toMatchObject([{ endedBy: 'completed', tokensOut: 2 }])
  })

  it('writes byte by byte up to a cut', async () => {
    const short = 'Tell me about tides [tokens:4]'
    const answer = await rawCall(simulator.url, wire, {
      model: 'm+one-byte+cut-after-2',
      prompt: short,
    })
    expect(answer.endedCleanly).toBe(false)
    expect(countTokens(streamedText(wire, answer.body))).toBe(2)
  })

  it('closes before the headers, or never answers', async () => {
    await expect(
      rawCall(simulator.url, wire, { model: 'm+reset-before-headers', prompt }),
    ).rejects.toThrow()
    const leave = new AbortController()
    const hung = rawCall(simulator.url, wire, { model: 'm+hang', prompt, signal: leave.signal })
    await vi.waitFor(() => expect(simulator.attempts()).toHaveLength(2))
    leave.abort()
    await expect(hung).rejects.toThrow()
    await vi.waitFor(() =>
      expect(simulator.attempts()).toMatchObject([
        { endedBy: 'fault', status: 0 },
        { endedBy: 'client-abort', status: 0 },
      ]),
    )
  })

  it('stops in the middle by a content filter, in the words of the provider', async () => {
    const answer = await rawCall(simulator.url, wire, { model: 'm+content-filter', prompt })
    const words = /"content_filter"|"refusal"|"SAFETY"/
    expect(answer.body).toMatch(words)
    expect(whole.startsWith(streamedText(wire, answer.body))).toBe(true)
  })

  it('refuses a trailing assistant message, and nothing else', async () => {
    const refused = await rawCall(simulator.url, wire, {
      model: 'm+no-prefill',
      prompt,
      prefill: 'You',
    })
    expect(refused.status).toBe(400)
    const answered = await rawCall(simulator.url, wire, { model: 'm+no-prefill', prompt })
    expect(answered.status).toBe(200)
  })

  it('continues a prefill to exactly the same whole', async () => {
    for (const length of [1, 30, 200, whole.length]) {
      const prefill = whole.slice(0, length).trimEnd()
      const answer = await rawCall(simulator.url, wire, { model: 'm', prompt, prefill })
      expect(prefill + streamedText(wire, answer.body)).toBe(whole)
    }
  })

  it('breaks documents too', async () => {
    const cut = await rawCall(simulator.url, wire, {
      model: 'm+cut-after-5',
      prompt,
      stream: false,
    })
    expect(cut.endedCleanly).toBe(false)
    const ended = await rawCall(simulator.url, wire, {
      model: 'm+end-after-5',
      prompt,
      stream: false,
    })
    expect(ended.endedCleanly).toBe(true)
    expect(() => JSON.parse(ended.body) as unknown).toThrow(SyntaxError)
    const error = await rawCall(simulator.url, wire, {
      model: 'm+error-after-5',
      prompt,
      stream: false,
    })
    expect(error.status).toBe(500)
    const bytes = await rawCall(simulator.url, wire, { model: 'm+one-byte', prompt, stream: false })
    expect(() => JSON.parse(bytes.body) as unknown).not.toThrow()
  })
})

describe('when a fault strikes', () => {
  it('fails a prompt once, then answers it; another prompt fails once too', async () => {
    const statuses: number[] = []
    for (const asked of [prompt, prompt, 'another', 'another']) {
      const answer = await rawCall(simulator.url, 'openai', { model: 'm+500-once', prompt: asked })
      statuses.push(answer.status)
    }
    expect(statuses).toEqual([500, 200, 500, 200])
  })

  it('fails every third attempt', async () => {
    const statuses: number[] = []
    for (let index = 0; index < 6; index += 1) {
      statuses.push((await rawCall(simulator.url, 'groq', { model: 'flap-3', prompt })).status)
    }
    expect(statuses).toEqual([200, 200, 503, 200, 200, 503])
  })

  it('says when to come back, in seconds or as a date', async () => {
    const seconds = await rawCall(simulator.url, 'openai', { model: 'm+429-retry-after-2', prompt })
    expect(seconds.headers.get('retry-after')).toBe('2')
    const date = await rawCall(simulator.url, 'anthropic', { model: 'm+429-retry-date-30', prompt })
    const waitMs = Date.parse(date.headers.get('retry-after') ?? '') - Date.now()
    expect(waitMs).toBeGreaterThan(25_000)
    expect(waitMs).toBeLessThanOrEqual(30_000)
    const plain = await rawCall(simulator.url, 'openai', { model: '429', prompt })
    expect(plain.headers.get('retry-after')).toBeNull()
  })

  it('combines faults, and shows the model without them', async () => {
    const model = 'gpt-4o+garbage-after-2+cut-after-4'
    const answer = await rawCall(simulator.url, 'openai', { model, prompt })
    expect(streamedText('openai', answer.body)).toBe(tokensOf(whole).slice(0, 4).join(''))
    expect(answer.body).toContain('"model":"gpt-4o"')
    expect(answer.endedCleanly).toBe(false)
    expect(simulator.attempts()).toMatchObject([{ model, fault: 'garbage-after-2+cut-after-4' }])
  })

  it('strikes by order from outside: by provider, by model, so many times', async () => {
    simulator.setFault({ provider: 'anthropic', fault: '529', times: 2 })
    simulator.setFault({ model: 'other', fault: '500' })
    const status = async (wire: 'anthropic' | 'openai', model: string): Promise<number> =>
      (await rawCall(simulator.url, wire, { model, prompt })).status
    expect(await status('openai', 'm')).toBe(200)
    expect(await status('anthropic', 'm')).toBe(529)
    expect(await status('anthropic', 'm')).toBe(529)
    expect(await status('anthropic', 'm')).toBe(200)
    expect(await status('openai', 'other+tps-0')).toBe(500)
    simulator.clear()
    expect(await status('openai', 'other')).toBe(200)
    expect(() => simulator.setFault({ fault: 'nonsense' })).toThrow(/no fault named nonsense/)
  })
})
