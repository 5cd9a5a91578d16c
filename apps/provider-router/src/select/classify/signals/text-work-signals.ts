import type { MessageFacts } from '../text/message-facts.ts'
import { asks, mentions, opens } from './signal-test.ts'
import type { SignalTest, SignalTests } from './signal-test.ts'

const A_PHRASE = 60
/** Longer than anybody asks a question: there is a text in it. */
const HOLDS_A_TEXT = 500
const SHORT_WISH = 100
const LIST_ITEMS = 4

/** To rewrite, sort or parse is then a task for code. */
const isAboutProgram: SignalTest = (facts) =>
  facts.message.holdsCode ||
  (mentions(facts, 'code-technology') && !mentions(facts, 'light-text', 'crafted-text'))

/** There is something that the wish may be about. */
const isOnSomething: SignalTest = ({ message, turns }) => message.material !== '' || turns > 1

function isShortWish({ material, wishLength, holdsCode }: MessageFacts): boolean {
  return material !== '' && wishLength < SHORT_WISH && !holdsCode
}

export const textWorkSignals = {
  'asks-to-translate': (facts) => asks(facts, 'translate') && !isAboutProgram(facts),
  'asks-to-rewrite': (facts) =>
    (asks(facts, 'rewrite') || (isOnSomething(facts) && asks(facts, 'in-another-way'))) &&
    !isAboutProgram(facts),
  'mentions-rewriting': (facts) =>
    mentions(facts, 'translate', 'rewrite') &&
    (!asks(facts, 'translate', 'rewrite') || isAboutProgram(facts)),
  'short-wish-on-a-text': ({ message }) =>
    isShortWish(message) && message.material.length < HOLDS_A_TEXT,
  'short-wish-on-a-list': ({ message }) =>
    isShortWish(message) &&
    message.material.length < HOLDS_A_TEXT &&
    message.material.split(/[,;，、；،]/).length >= LIST_ITEMS,
  'short-wish-on-a-page': ({ message }) =>
    isShortWish(message) && message.material.length >= HOLDS_A_TEXT,
  'language-for-a-text': (facts) =>
    facts.message.material !== '' &&
    opens(facts, 'language-name', facts.message.wishLength) &&
    !asks(facts, 'summarise', 'extract'),
  'names-target-language': (facts) => asks(facts, 'into-a-language'),
  'hard-target-language': (facts) =>
    facts.message.length > A_PHRASE &&
    mentions(facts, 'hard-language') &&
    mentions(facts, 'translate', 'rewrite', 'compose'),
  'careful-tone': (facts) => mentions(facts, 'careful-tone'),
  'asks-to-extract': (facts) => asks(facts, 'extract') && !isAboutProgram(facts),
  'mentions-extraction': (facts) =>
    mentions(facts, 'extract') && (!asks(facts, 'extract') || isAboutProgram(facts)),
  'asks-to-convert': (facts) =>
    asks(facts, 'convert') && mentions(facts, 'data-format', 'file-format', 'as-data'),
  'names-a-data-format': (facts) =>
    asks(facts, 'as-data') ||
    (isOnSomething(facts) && asks(facts, 'file-format') && !isAboutProgram(facts)),
  'asks-to-summarise': (facts) => asks(facts, 'summarise'),
  'mentions-summary': (facts) => mentions(facts, 'summarise') && !asks(facts, 'summarise'),
  'asks-about-a-text': (facts) =>
    facts.message.length > HOLDS_A_TEXT &&
    !facts.message.holdsCode &&
    (opens(facts, 'fact-question') || asks(facts, 'brevity')),
  'holds-a-letter': ({ message }) => message.holdsLetter,
} satisfies SignalTests
