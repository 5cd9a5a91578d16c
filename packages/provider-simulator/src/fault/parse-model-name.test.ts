import { describe, expect, it } from 'vitest'
import { parseFault, parseModelName } from './parse-model-name.ts'

describe('parseModelName', () => {
  it('leaves an ordinary name alone', () => {
    for (const name of [
      'gpt-4o-mini',
      'openai/gpt-oss-20b',
      'claude-sonnet-4-6',
      'gemini-2.5-flash',
    ]) {
      expect(parseModelName(name)).toEqual({ base: name, faults: [], pace: {}, unknown: [] })
    }
  })

  it('reads faults and pace after the name', () => {
    const parsed = parseModelName('m+cut-after-5+sim-429-once+tps-30+ttft-5.5')
    expect(parsed.base).toBe('m')
    expect(parsed.faults.map((fault) => fault.name)).toEqual(['cut-after-5', '429-once'])
    expect(parsed.pace).toEqual({ tokensPerSecond: 30, timeToFirstTokenMs: 5.5 })
  })

  it('takes a name that is a fault for a model with that fault', () => {
    expect(parseModelName('hang').faults).toMatchObject([{ fault: { kind: 'hang' } }])
    expect(parseModelName('429').faults).toMatchObject([{ fault: { kind: 'status', status: 429 } }])
  })

  it('reports what it does not know', () => {
    expect(parseModelName('m+cut-aftr-5+x').unknown).toEqual(['cut-aftr-5', 'x'])
  })
})

describe('parseFault', () => {
  it.each([
    ['500', { kind: 'status', status: 500 }, false, 1],
    [
      '429-retry-after-2',
      { kind: 'status', status: 429, retryAfter: { form: 'seconds', seconds: 2 } },
      false,
      1,
    ],
    [
      '429-retry-date-2',
      { kind: 'status', status: 429, retryAfter: { form: 'date', seconds: 2 } },
      false,
      1,
    ],
    ['every-4-stall-after-9-once', { kind: 'midway', action: 'stall', afterTokens: 9 }, true, 4],
    ['no-end-marker-open', { kind: 'no-end-marker', open: true }, false, 1],
    ['flap-2', { kind: 'status', status: 503 }, false, 2],
    ['one-byte-per-second', { kind: 'one-byte', everyMs: 1000 }, false, 1],
    ['garbage', { kind: 'midway', action: 'garbage', afterTokens: 1 }, false, 1],
  ])('%s', (name, fault, once, everyNth) => {
    expect(parseFault(name)).toEqual({ name, fault, once, everyNth })
  })

  it.each(['', '200', 'cut-after-', 'toString', 'once'])('knows no fault named %j', (name) => {
    expect(parseFault(name)).toBeUndefined()
  })
})
