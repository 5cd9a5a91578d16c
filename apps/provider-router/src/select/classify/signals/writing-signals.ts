import { outputWordsAsked } from '../text/output-size.ts'
import { objectWanted } from './object-wanted.ts'
import { asks, mentions } from './signal-test.ts'
import type { SignalTests } from './signal-test.ts'

const SOME_WORDS = 250

export const writingSignals = {
  'asks-for-a-text': (facts) => objectWanted(facts) === 'text',
  'names-a-text': (facts) =>
    objectWanted(facts) === null && asks(facts, 'light-text', 'crafted-text', 'long-text'),
  'crafted-text': (facts) =>
    objectWanted(facts) === 'text'
      ? mentions(facts, 'crafted-text')
      : asks(facts, 'crafted-text') && !asks(facts, 'rewrite', 'extract'),
  'long-text': (facts) =>
    mentions(facts, 'long-text') &&
    (objectWanted(facts) === 'text' || (outputWordsAsked(facts.message.folded) ?? 0) > SOME_WORDS),
} satisfies SignalTests
