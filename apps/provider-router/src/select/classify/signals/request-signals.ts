import { CUE_LANGUAGES } from '../cues/cue-table.ts'
import type { SignalTests } from './signal-test.ts'

/** Languages that we have cues of: in others a wish goes unseen, however hard it is. */
const READ: ReadonlySet<string> = new Set(CUE_LANGUAGES)
const FEW_WORDS = 3
/** Of a text whose language cannot be told, so many are needed to say that it is not one of ours. */
const MANY_WORDS = 10

/** Small models know these less well than English and its neighbours, */
const DISTANT = new Set(['ru', 'zh', 'ja', 'ko', 'pl', 'sv', 'uk', 'tr', 'vi', 'id'])
/** and these less well again. */
const WEAK = new Set(['ar', 'hi', 'fa', 'ur', 'bn', 'gu', 'ta', 'te', 'th', 'he', 'el', 'ka', 'hy'])

export const requestSignals = {
  'effort-high': ({ reasoningEffort }) => reasoningEffort === 'high' || reasoningEffort === 'xhigh',
  'effort-low': ({ reasoningEffort }) => reasoningEffort === 'low',
  'effort-none': ({ reasoningEffort }) =>
    reasoningEffort === 'none' || reasoningEffort === 'minimal',
  image: ({ images }) => images > 0,
  file: ({ files }) => files > 0,
  'fixed-schema': ({ responseFormat }) => responseFormat !== 'text',
  'weak-language': ({ language }) => language !== null && WEAK.has(language),
  'distant-language': ({ language }) => language !== null && DISTANT.has(language),
  'unread-language': ({ language, message }) =>
    language === null
      ? message.words > MANY_WORDS
      : !READ.has(language) && message.words > FEW_WORDS,
} satisfies SignalTests
