import type { SignalTests } from './signal-test.ts'

/** Small models have seen these about as often as English. */
const WELL_KNOWN = new Set(['en', 'de', 'fr', 'es', 'pt', 'it', 'nl'])
const LESS_WELL_KNOWN = new Set(['ru', 'zh', 'ja', 'ko', 'pl', 'sv', 'uk', 'tr', 'vi', 'id'])

export const requestSignals = {
  'effort-high': ({ reasoningEffort }) => reasoningEffort === 'high' || reasoningEffort === 'xhigh',
  'effort-low': ({ reasoningEffort }) => reasoningEffort === 'low',
  'effort-none': ({ reasoningEffort }) =>
    reasoningEffort === 'none' || reasoningEffort === 'minimal',
  image: ({ images }) => images > 0,
  file: ({ files }) => files > 0,
  'fixed-schema': ({ responseFormat }) => responseFormat !== 'text',
  'weak-language': ({ language }) =>
    language !== null && !WELL_KNOWN.has(language) && !LESS_WELL_KNOWN.has(language),
  'distant-language': ({ language }) => language !== null && LESS_WELL_KNOWN.has(language),
} satisfies SignalTests
