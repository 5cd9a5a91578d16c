import { outputWordsAsked } from '../text/output-size.ts'
import { asks, leads, mentions } from './signal-test.ts'
import type { SignalTest, SignalTests } from './signal-test.ts'

const SOME_WORDS = 250

const composes: SignalTest = (facts) => leads(facts, 'compose')

export const writingSignals = {
  'asks-for-a-text': (facts) =>
    composes(facts) && mentions(facts, 'light-text', 'crafted-text', 'long-text'),
  'names-a-text': (facts) =>
    !composes(facts) && asks(facts, 'light-text', 'crafted-text', 'long-text'),
  'crafted-text': (facts) => asks(facts, 'crafted-text'),
  'long-text': (facts) =>
    mentions(facts, 'long-text') &&
    (composes(facts) || (outputWordsAsked(facts.message.folded) ?? 0) > SOME_WORDS),
} satisfies SignalTests
