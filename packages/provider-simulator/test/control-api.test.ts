import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { countTokens, simulatedAnswer, startSimulator } from '../src/index.ts'
import type { Simulator } from '../src/index.ts'
import { rawCall } from './raw-call.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterEach(() => simulator.clear())
afterAll(() => simulator.close())

async function control(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${simulator.url}/__simulator/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

describe('the control API', () => {
  it('says that it lives', async () => {
    expect(await control('GET', 'healthz')).toEqual({ status: 200, body: { status: 'ok' } })
  })

  it('tells the text to expect', async () => {
    const prompt = 'Why is the sea salty? & more'
    const answer = simulatedAnswer(prompt)
    expect(await control('GET', `answer?prompt=${encodeURIComponent(prompt)}`)).toEqual({
      status: 200,
      body: { ...answer, tokens: countTokens(answer.text) },
    })
  })

  it('sets and clears faults', async () => {
    expect(await control('POST', 'faults', { fault: '500', provider: 'groq' })).toMatchObject({
      status: 200,
    })
    expect((await rawCall(simulator.url, 'groq', { model: 'm', prompt: 'hi' })).status).toBe(500)
    await control('DELETE', 'faults')
    expect((await rawCall(simulator.url, 'groq', { model: 'm', prompt: 'hi' })).status).toBe(200)
  })

  it('refuses what it does not understand', async () => {
    expect(await control('POST', 'faults', { fault: 'nonsense' })).toMatchObject({ status: 400 })
    expect(await control('POST', 'faults', { fault: '500', provder: 'groq' })).toMatchObject({
      status: 400,
    })
    expect(await control('POST', 'pace', { tokensPerSecond: -1 })).toMatchObject({ status: 400 })
    expect(await control('GET', 'nothing')).toMatchObject({ status: 404 })
  })

  it('sets the pace', async () => {
    await control('POST', 'pace', { timeToFirstTokenMs: 60 })
    const answer = await rawCall(simulator.url, 'openai', { model: 'm', prompt: 'hi' })
    expect(answer.totalMs).toBeGreaterThanOrEqual(60)
    await control('POST', 'pace', { timeToFirstTokenMs: 0 })
  })

  it('lists attempts since a time or an id, and by prompt', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await rawCall(simulator.url, 'openai', {
      model: 'm',
      prompt: 'first question',
      headers: { traceparent },
    })
    await rawCall(simulator.url, 'gemini', {
      model: 'm',
      prompt: 'second question',
      prefill: 'You',
    })
    const all = (await control('GET', 'attempts')).body as { id: number; at: string }[]
    expect(all).toMatchObject([
      {
        provider: 'openai',
        endpoint: '/v1/chat/completions',
        prompt: 'first question',
        traceparent,
        keyHint: '-key',
        status: 200,
        finish: 'stop',
        endedBy: 'completed',
        stream: true,
        prefillLength: 0,
      },
      { provider: 'gemini', prefillLength: 3, finish: 'STOP' },
    ])
    const first = all[0]
    expect((await control('GET', `attempts?since=${first?.id}`)).body).toHaveLength(1)
    expect((await control('GET', `attempts?since=${first?.at}`)).body).toHaveLength(2)
    expect((await control('GET', 'attempts?since=2999-01-01T00:00:00Z')).body).toHaveLength(0)
    expect((await control('GET', 'attempts?prompt=second')).body).toHaveLength(1)
    await control('DELETE', 'attempts')
    expect((await control('GET', 'attempts')).body).toEqual([])
  })
})

describe('paths and bodies that mean nothing', () => {
  it.each([
    ['/v1/unknown', 404],
    ['/openai/v1/unknown', 404],
    ['/v1beta/models/m:countAtoms', 404],
  ])('%s', async (path, status) => {
    const response = await fetch(simulator.url + path, {
      method: 'POST',
      headers: { 'x-api-key': 'k' },
    })
    expect(response.status).toBe(status)
    expect(await response.json()).toHaveProperty('error')
  })

  it.each(['not json', '[]', '"text"', ''])('refuses the body %j', async (body) => {
    const response = await fetch(`${simulator.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body,
    })
    expect(response.status).toBe(400)
  })
})
