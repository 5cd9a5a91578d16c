import { SHAPES } from '../text/shapes.ts'
import { objectWanted } from './object-wanted.ts'
import { countOf, mentions, opens } from './signal-test.ts'
import type { SignalTest, SignalTests } from './signal-test.ts'

const WHOLE_SENTENCE = 10
const SHORT_QUESTION = 15

const holdsCode: SignalTest = ({ message }) => message.holdsCode

const isAboutCode: SignalTest = (facts) =>
  mentions(facts, 'code-technology', 'code-thing', 'code-task') ||
  SHAPES.errorName.test(facts.message.text) ||
  holdsCode(facts)

/** One of its words alone may mean something else: "0.4 m per second". */
const isHard: SignalTest = (facts) =>
  mentions(facts, 'hard-engineering') &&
  (countOf(facts, 'hard-engineering') > 1 ||
    isAboutCode(facts) ||
    mentions(facts, 'hard-to-catch') ||
    objectWanted(facts) === 'code')

/** "Explain how Raft works" is easier than to write it. */
const isQuestionAboutSubject: SignalTest = (facts) =>
  facts.message.words <= SHORT_QUESTION &&
  (opens(facts, 'fact-question') || opens(facts, 'explain') || opens(facts, 'how-to'))

export const codeSignals = {
  'code-block': holdsCode,
  'stack-trace': ({ message: { text } }) =>
    SHAPES.errorName.test(text) || SHAPES.stackTrace.test(text),
  diff: ({ message: { text } }) => SHAPES.diff.test(text),
  sql: ({ message: { text } }) => SHAPES.sql.test(text),
  identifier: ({ message: { prose } }) => SHAPES.identifier.test(prose),
  'asks-for-code': (facts) => objectWanted(facts) === 'code',
  'names-a-technology': (facts) => mentions(facts, 'code-technology'),
  'names-parts-of-programs': (facts) => countOf(facts, 'code-thing') > 1,
  'code-task': (facts) => mentions(facts, 'code-task'),
  'code-symptom': (facts) => mentions(facts, 'symptom') && isAboutCode(facts),
  'long-code-question': (facts) =>
    mentions(facts, 'code-technology') &&
    facts.message.words >= WHOLE_SENTENCE &&
    !holdsCode(facts) &&
    !SHAPES.errorName.test(facts.message.text),
  operations: (facts) => mentions(facts, 'operations'),
  'hard-engineering': (facts) => isHard(facts) && !isQuestionAboutSubject(facts),
  'about-hard-engineering': (facts) => isHard(facts) && isQuestionAboutSubject(facts),
  'hard-to-catch': (facts) => mentions(facts, 'hard-to-catch') && isAboutCode(facts),
  'large-change': (facts) => opens(facts, 'large-change', 200) && isAboutCode(facts),
} satisfies SignalTests
