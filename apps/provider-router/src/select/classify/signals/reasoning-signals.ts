import { objectWanted } from './object-wanted.ts'
import { asks, countOf, mentions, opens } from './signal-test.ts'
import type { SignalTest, SignalTests } from './signal-test.ts'

const FEW_WORDS = 8
const MANY_PARTS = 5
const MANY_CONSTRAINTS = 3
const VERY_MANY_CONSTRAINTS = 5
const MANY_QUESTIONS = 3
const FIRST_WORD = 4
const LONG_ACCOUNT = 500

const isSensitive: SignalTest = (facts) => mentions(facts, 'medical', 'legal', 'financial')

export const reasoningSignals = {
  'asks-why': (facts) =>
    opens(facts, 'why', 60) && facts.message.words > FEW_WORDS && objectWanted(facts) !== 'text',
  'asks-why-in-short': (facts) =>
    opens(facts, 'why', 60) && facts.message.words <= FEW_WORDS && !asks(facts, 'weigh'),
  'asks-to-weigh': (facts) => asks(facts, 'weigh'),
  'asks-for-a-plan': (facts) => opens(facts, 'plan', 60),
  'plan-of-many-parts': (facts) =>
    opens(facts, 'plan', 60) && facts.message.prose.split(/[,;，、،]/).length >= MANY_PARTS,
  strategy: (facts) => mentions(facts, 'strategy'),
  'step-by-step': (facts) => mentions(facts, 'step-by-step'),
  constraints: (facts) => countOf(facts, 'constraint') >= MANY_CONSTRAINTS,
  'many-constraints': (facts) => countOf(facts, 'constraint') >= VERY_MANY_CONSTRAINTS,
  puzzle: (facts) => mentions(facts, 'puzzle') && objectWanted(facts) !== 'text',
  'deep-analysis': (facts) => mentions(facts, 'deep-analysis'),
  'several-questions': ({ message }) =>
    (message.prose.match(/[?？؟]/g)?.length ?? 0) >= MANY_QUESTIONS,
  'long-account': ({ message }) =>
    message.length > LONG_ACCOUNT && !message.holdsCode && !message.holdsLetter,
  'sensitive-subject': isSensitive,
  'own-case-at-risk': (facts) =>
    isSensitive(facts) &&
    mentions(facts, 'first-person') &&
    !(facts.message.material !== '' && asks(facts, 'translate', 'rewrite')) &&
    !opens(facts, 'crafted-text', FIRST_WORD) &&
    objectWanted(facts) !== 'text',
} satisfies SignalTests
