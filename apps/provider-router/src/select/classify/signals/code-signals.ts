import { SHAPES } from './shapes.ts'
import { asks, leads, mentions, opens } from './signal-test.ts'
import type { SignalTest, SignalTests } from './signal-test.ts'

const TEXTS = ['light-text', 'crafted-text', 'long-text'] as const
const WHOLE_SENTENCE = 10

const holdsCode: SignalTest = ({ message: { text, holdsCodeBlock } }) =>
  holdsCodeBlock || SHAPES.statement.test(text) || SHAPES.lineEnding.test(text)

const isAboutCode: SignalTest = (facts) =>
  mentions(facts, 'code-technology', 'code-thing', 'code-task') ||
  SHAPES.errorName.test(facts.message.text) ||
  holdsCode(facts)

export const codeSignals = {
  'code-block': holdsCode,
  'stack-trace': ({ message: { text } }) =>
    SHAPES.errorName.test(text) || SHAPES.stackTrace.test(text),
  diff: ({ message: { text } }) => SHAPES.diff.test(text),
  sql: ({ message: { text } }) => SHAPES.sql.test(text),
  identifier: ({ message: { prose } }) => SHAPES.identifier.test(prose),
  'asks-for-code': (facts) =>
    (leads(facts, 'compose') || asks(facts, 'implement')) &&
    (mentions(facts, 'code-thing', 'hard-engineering') ||
      (mentions(facts, 'code-technology') && !mentions(facts, ...TEXTS))),
  'names-a-technology': (facts) => mentions(facts, 'code-technology'),
  'names-parts-of-programs': (facts) => mentions(facts, 'code-thing'),
  'code-task': (facts) => mentions(facts, 'code-task'),
  'code-symptom': (facts) => mentions(facts, 'symptom') && isAboutCode(facts),
  'long-code-question': (facts) =>
    mentions(facts, 'code-technology') &&
    facts.message.words >= WHOLE_SENTENCE &&
    !holdsCode(facts) &&
    !SHAPES.errorName.test(facts.message.text),
  operations: (facts) => mentions(facts, 'operations'),
  'hard-engineering': (facts) => mentions(facts, 'hard-engineering'),
  'hard-to-catch': (facts) => mentions(facts, 'hard-to-catch') && isAboutCode(facts),
  'large-change': (facts) => opens(facts, 'large-change', 200) && isAboutCode(facts),
} satisfies SignalTests
