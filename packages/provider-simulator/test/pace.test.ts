import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { countTokens, simulatedAnswer, startSimulator } from '../src/index.ts'
import type { Simulator } from '../src/index.ts'
import { rawCall, streamedText } from './raw-call.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.clear())
afterAll(() => simulator.close())

const prompt = 'Tell me about tides [tokens:20]'

describe('the pace of a stream', () => {
  it.each([
    ['model name', 'm+tps-100+ttft-50', {}],
    ['headers', 'm', { 'x-simulator-tokens-per-second': '100', 'x-simulator-ttft-ms': '50' }],
  ])('comes from the %s', async (_, model, headers) => {
    let reads = 0
    const onRead = (): void => {
      reads += 1
    }
    const answer = await rawCall(simulator.url, 'openai', { model, prompt, headers, onRead })
    expect(streamedText('openai', answer.body)).toBe(simulatedAnswer(prompt).text)
    const attempt = simulator.attempts()[0]
    expect(attempt?.firstTokenMs).toBeGreaterThanOrEqual(50)
    // Twenty tokens at a hundred a second after 50 ms: never early, and late only by what the machine is busy with.
    expect(attempt?.durationMs).toBeGreaterThanOrEqual(240)
    expect(reads).toBeGreaterThan(5)
  })

  it('holds a document back until its last token is due', async () => {
    const call = { model: 'm+tps-200+ttft-10', prompt, stream: false }
    const answer = await rawCall(simulator.url, 'anthropic', call)
    // The first of 20 tokens after 10 ms, then 19 times 5 ms.
    expect(answer.totalMs).toBeGreaterThanOrEqual(105)
  })

  it('is the default where nothing is said, and can be changed while it runs', async () => {
    const slow = await startSimulator({ tokensPerSecond: 100 })
    try {
      await rawCall(slow.url, 'gemini', { model: 'm', prompt })
      expect(slow.attempts()[0]?.durationMs).toBeGreaterThanOrEqual(190)
      slow.setPace({ tokensPerSecond: 0 })
      const fast = await rawCall(slow.url, 'gemini', { model: 'm', prompt })
      expect(fast.totalMs).toBeLessThan(190)
    } finally {
      await slow.close()
    }
  })
})

describe('a reader who is behind', () => {
  it('is waited for: nothing is piled up, and nothing is lost', async () => {
    const long = 'Tell me about tides [tokens:80000]'
    const response = await fetch(`${simulator.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify({
        model: 'm',
        stream: true,
        messages: [{ role: 'user', content: long }],
      }),
    })
    let before = -1
    // Without a reader the log comes to rest far from the end, once the system's own buffers are full.
    await vi.waitFor(
      () => {
        const written = simulator.attempts()[0]?.tokensOut ?? 0
        const resting = written === before && written > 0
        before = written
        expect(resting).toBe(true)
      },
      { timeout: 10_000, interval: 100 },
    )
    expect(before).toBeLessThan(80_000)
    expect(streamedText('openai', await response.text())).toBe(simulatedAnswer(long).text)
    expect(simulator.attempts()[0]).toMatchObject({ endedBy: 'completed', tokensOut: 80_000 })
  }, 20_000)
})

describe('a caller who leaves', () => {
  it('ends the stream at once, and the log counts only what was written', async () => {
    const leave = new AbortController()
    let body = ''
    const call = rawCall(simulator.url, 'openai', {
      model: 'm+tps-50',
      prompt: 'Tell me about tides',
      signal: leave.signal,
      onRead: (text) => {
        body += text
        if (countTokens(streamedText('openai', body)) >= 5) leave.abort()
      },
    })
    expect((await call).endedCleanly).toBe(false)
    await vi.waitFor(() => expect(simulator.attempts()[0]?.endedBy).toBe('client-abort'))
    const written = simulator.attempts()[0]?.tokensOut ?? 0
    expect(written).toBeGreaterThanOrEqual(5)
    expect(written).toBeLessThan(50)
  })

  it('lets the simulator close while streams run', async () => {
    const other = await startSimulator({ tokensPerSecond: 10 })
    const call = rawCall(other.url, 'anthropic', { model: 'm', prompt: 'Tell me about tides' })
    await vi.waitFor(() => expect(other.attempts()[0]?.tokensOut).toBeGreaterThan(0))
    await other.close()
    expect((await call).endedCleanly).toBe(false)
    expect(other.attempts()[0]?.endedBy).toBe('shutdown')
  })
})
