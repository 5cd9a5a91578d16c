import type { RequestFacts } from '../request-facts.ts'
import { codeSignals } from './code-signals.ts'
import { conversationSignals } from './conversation-signals.ts'
import { mathematicsSignals } from './mathematics-signals.ts'
import { questionSignals } from './question-signals.ts'
import { reasoningSignals } from './reasoning-signals.ts'
import { requestSignals } from './request-signals.ts'
import type { SignalTest } from './signal-test.ts'
import type { SignalName } from './signal-table.ts'
import { sizeSignals } from './size-signals.ts'
import { textWorkSignals } from './text-work-signals.ts'
import { toolUseSignals } from './tool-use-signals.ts'
import { writingSignals } from './writing-signals.ts'

/** The compiler sees to it that each signal of the table has its test. */
const TESTS: Readonly<Record<SignalName, SignalTest>> = {
  ...conversationSignals,
  ...questionSignals,
  ...textWorkSignals,
  ...writingSignals,
  ...codeSignals,
  ...mathematicsSignals,
  ...reasoningSignals,
  ...toolUseSignals,
  ...sizeSignals,
  ...requestSignals,
}

const ENTRIES = Object.entries(TESTS) as [SignalName, SignalTest][]

export function firedSignals(facts: RequestFacts): SignalName[] {
  const fired: SignalName[] = []
  for (const [name, test] of ENTRIES) if (test(facts)) fired.push(name)
  return fired
}
