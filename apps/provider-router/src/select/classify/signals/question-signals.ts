import { asks, mentions, opens } from './signal-test.ts'
import type { SignalTests } from './signal-test.ts'

const QUESTION_MARK = /[?？؟]/

export const questionSignals = {
  'plain-wording': () => true,
  'asks-a-fact': (facts) =>
    opens(facts, 'fact-question', Math.min(40, facts.message.wishLength)) &&
    !opens(facts, 'how-to'),
  'asks-how-to': (facts) => opens(facts, 'how-to'),
  'ends-as-a-question': ({ message }) => QUESTION_MARK.test(message.prose),
  'asks-to-explain': (facts) => asks(facts, 'explain') && !opens(facts, 'how-to'),
  'for-a-child': (facts) => mentions(facts, 'for-a-child'),
} satisfies SignalTests
