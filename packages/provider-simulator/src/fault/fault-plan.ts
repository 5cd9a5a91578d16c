import type { Bend } from '../answer/production.ts'
import type { Fault, MidwayAction, NamedFault } from './fault.ts'

/** What the faults that strike an attempt mean for each stage of answering it. */
export interface FaultPlan {
  /** The names, joined by `+`, for the log; empty: none. */
  name: string
  /** Instead of an answer; the first one named wins. */
  instead: InsteadFault | undefined
  refusesPrefill: boolean
  bend: Bend
  firstTokenMs: number | undefined
  midway: { action: MidwayAction; afterTokens: number }[]
  noEndMarker: boolean
  /** After an answer without an end marker the connection stays open. */
  staysOpen: boolean
  /** Milliseconds between single bytes; undefined: whole events. */
  byteEveryMs: number | undefined
}

export type InsteadFault = Extract<
  Fault,
  {
    kind: 'status' | 'quota' | 'context-length' | 'prompt-blocked' | 'hang' | 'reset-before-headers'
  }
>

export function planFaults(striking: readonly NamedFault[]): FaultPlan {
  const plan: FaultPlan = {
    name: striking.map((each) => each.name).join('+'),
    instead: undefined,
    refusesPrefill: false,
    bend: 'none',
    firstTokenMs: undefined,
    midway: [],
    noEndMarker: false,
    staysOpen: false,
    byteEveryMs: undefined,
  }
  for (const { fault } of striking) include(plan, fault)
  plan.midway.sort((a, b) => a.afterTokens - b.afterTokens)
  return plan
}

function include(plan: FaultPlan, fault: Fault): void {
  switch (fault.kind) {
    case 'slow-first-token':
      plan.firstTokenMs = fault.delayMs
      return
    case 'midway':
      plan.midway.push({ action: fault.action, afterTokens: fault.afterTokens })
      return
    case 'no-end-marker':
      plan.noEndMarker = true
      plan.staysOpen = fault.open
      return
    case 'no-prefill':
      plan.refusesPrefill = true
      return
    case 'content-filter':
    case 'refusal':
      plan.bend = fault.kind
      return
    case 'one-byte':
      plan.byteEveryMs = fault.everyMs
      return
    default:
      plan.instead ??= fault
  }
}
