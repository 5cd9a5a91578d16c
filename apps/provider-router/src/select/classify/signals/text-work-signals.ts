import { asks, mentions, opens } from './signal-test.ts'
import type { SignalTests } from './signal-test.ts'

const A_PHRASE = 60
/** Longer than anybody asks a question: there is a text in it. */
const HOLDS_A_TEXT = 500

export const textWorkSignals = {
  'asks-to-translate': (facts) => asks(facts, 'translate'),
  'asks-to-rewrite': (facts) => asks(facts, 'rewrite'),
  'mentions-rewriting': (facts) =>
    mentions(facts, 'translate', 'rewrite') && !asks(facts, 'translate', 'rewrite'),
  'names-target-language': (facts) => asks(facts, 'into-a-language'),
  'hard-target-language': (facts) =>
    facts.message.length > A_PHRASE &&
    mentions(facts, 'hard-language') &&
    mentions(facts, 'translate', 'rewrite', 'compose'),
  'careful-tone': (facts) => mentions(facts, 'careful-tone'),
  // In a program, taking out and sorting is a task for code.
  'asks-to-extract': (facts) =>
    asks(facts, 'extract') && !mentions(facts, 'code-technology', 'code-thing'),
  'mentions-extraction': (facts) =>
    mentions(facts, 'extract') &&
    (!asks(facts, 'extract') || mentions(facts, 'code-technology', 'code-thing')),
  'asks-to-convert': (facts) => asks(facts, 'convert') && mentions(facts, 'data-format', 'as-data'),
  'names-a-data-format': (facts) => asks(facts, 'as-data'),
  'asks-to-summarise': (facts) => asks(facts, 'summarise'),
  'mentions-summary': (facts) => mentions(facts, 'summarise') && !asks(facts, 'summarise'),
  'asks-about-a-text': (facts) =>
    facts.message.length > HOLDS_A_TEXT &&
    !facts.message.holdsCodeBlock &&
    (opens(facts, 'fact-question') || asks(facts, 'brevity')),
  'holds-a-letter': (facts) => mentions(facts, 'letter-ending'),
} satisfies SignalTests
