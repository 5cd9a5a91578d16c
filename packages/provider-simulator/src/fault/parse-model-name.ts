import type { Pace } from '../pace/pace.ts'
import type { Fault, MidwayAction, ModelName, NamedFault } from './fault.ts'

/**
 * `gpt-4o-mini+cut-after-5+tps-30` is the model `gpt-4o-mini` with a fault and a pace; a name that is itself a fault
 * (`429`, `hang`) is a model with that fault. `sim-` before a fault is allowed. Around a fault: `-once` after it, and
 * `every-N-` before it.
 */
export function parseModelName(name: string): ModelName {
  const [first = '', ...suffixes] = name.split('+')
  const parsed: ModelName = { base: first, faults: [], pace: {}, unknown: [] }
  const own = parseFault(first)
  if (own !== undefined) parsed.faults.push(own)
  for (const suffix of suffixes) {
    const fault = parseFault(suffix)
    const pace = parsePace(suffix)
    if (fault !== undefined) parsed.faults.push(fault)
    else if (pace !== undefined) Object.assign(parsed.pace, pace)
    else parsed.unknown.push(suffix)
  }
  return parsed
}

/** A fault by its name, or undefined. */
export function parseFault(text: string): NamedFault | undefined {
  const name = text.replace(/^sim-/, '')
  const every = /^every-(\d+)-(.+)$/.exec(name)
  const once = name.endsWith('-once')
  const inner = (every?.[2] ?? name).replace(/-once$/, '')
  const flap = /^flap-(\d+)$/.exec(inner)
  const fault = flap === null ? faultNamed(inner) : ({ kind: 'status', status: 503 } as const)
  if (fault === undefined) return undefined
  return { name, fault, once, everyNth: Math.max(1, Number(every?.[1] ?? flap?.[1] ?? 1)) }
}

const plain = new Map<string, Fault>(
  Object.entries({
    '429-quota': { kind: 'quota' },
    'context-length': { kind: 'context-length' },
    'prompt-blocked': { kind: 'prompt-blocked' },
    hang: { kind: 'hang' },
    'reset-before-headers': { kind: 'reset-before-headers' },
    garbage: { kind: 'midway', action: 'garbage', afterTokens: 1 },
    'no-end-marker': { kind: 'no-end-marker', open: false },
    'no-end-marker-open': { kind: 'no-end-marker', open: true },
    'content-filter': { kind: 'content-filter' },
    refusal: { kind: 'refusal' },
    'no-prefill': { kind: 'no-prefill' },
    'one-byte': { kind: 'one-byte', everyMs: 0 },
    'one-byte-per-second': { kind: 'one-byte', everyMs: 1000 },
  } satisfies Record<string, Fault>),
)

function faultNamed(name: string): Fault | undefined {
  if (/^(400|401|403|404|408|409|413|422|429|5\d\d)$/.test(name)) {
    return { kind: 'status', status: Number(name) }
  }
  const limited = /^429-retry-(after|date)-(\d+)$/.exec(name)
  if (limited !== null) {
    const form = limited[1] === 'date' ? 'date' : 'seconds'
    return { kind: 'status', status: 429, retryAfter: { form, seconds: Number(limited[2]) } }
  }
  const slow = /^slow-first-token-(\d+)$/.exec(name)
  if (slow !== null) return { kind: 'slow-first-token', delayMs: Number(slow[1]) }
  const midway = /^(cut|end|stall|pings|garbage|error)-after-(\d+)$/.exec(name)
  if (midway !== null) {
    return { kind: 'midway', action: midway[1] as MidwayAction, afterTokens: Number(midway[2]) }
  }
  return plain.get(name)
}

function parsePace(suffix: string): Partial<Pace> | undefined {
  const match = /^(tps|ttft)-(\d+(?:\.\d+)?)$/.exec(suffix.replace(/^sim-/, ''))
  if (match === null) return undefined
  const value = Number(match[2])
  return match[1] === 'tps' ? { tokensPerSecond: value } : { timeToFirstTokenMs: value }
}
