import type { Reason } from './classification.ts'
import { SIGNALS } from './signals/signal-table.ts'
import type { Signal } from './signals/signal.ts'

const SENTENCES: ReadonlyMap<string, Signal> = new Map(Object.entries(SIGNALS))

/** A reason as a person reads it in a decision's trace: "asks for a proof (+3.25)". */
export function explainReason({ signal, weight }: Reason): string {
  const sentence = SENTENCES.get(signal)?.reason ?? `is of the kind ${signal}`
  return weight === 0 ? sentence : `${sentence} (${weight > 0 ? '+' : '−'}${Math.abs(weight)})`
}
