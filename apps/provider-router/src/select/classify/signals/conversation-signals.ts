import type { Cue } from '../cues/cue-finder.ts'
import { countOf, mentions, opens } from './signal-test.ts'
import type { SignalTest, SignalTests } from './signal-test.ts'

const CHAT: readonly Cue[] = ['greeting', 'thanks', 'acknowledgement', 'chit-chat']
/** What people chat in uses these as well. */
const BESIDE_CHAT: ReadonlySet<Cue> = new Set([
  ...CHAT,
  'first-person',
  'fact-question',
  'salutation',
])
const FEW_WORDS = 6
const LONGEST_CHAT_WORDS = 12

/** "Yes" after "Shall I write it?" is not chat. */
const acceptsOffer: SignalTest = (facts) =>
  facts.answersQuestion && mentions(facts, 'acknowledgement') && !mentions(facts, 'thanks')

export const conversationSignals = {
  'nothing-but-chat': (facts) => {
    const { words, cues } = facts.message
    if (words === 0 || words > LONGEST_CHAT_WORDS || acceptsOffer(facts)) return false
    const chat = CHAT.reduce((sum, cue) => sum + countOf(facts, cue), 0)
    const begins = words <= FEW_WORDS && (opens(facts, 'greeting') || opens(facts, 'thanks'))
    return (begins || chat * 3 >= words) && [...cues.keys()].every((cue) => BESIDE_CHAT.has(cue))
  },
  'chit-chat': (facts) => facts.message.words <= 30 && mentions(facts, 'chit-chat'),
  greeting: (facts) => opens(facts, 'greeting') || opens(facts, 'thanks'),
  'no-words': ({ message, images, files }) => message.words === 0 && images + files === 0,
  'earlier-try-failed': (facts) => facts.turns > 1 && opens(facts, 'earlier-try-failed', 100),
} satisfies SignalTests
