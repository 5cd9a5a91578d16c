import { outputWordsAsked } from '../text/output-size.ts'
import { mentions } from './signal-test.ts'
import type { SignalTest, SignalTests } from './signal-test.ts'

const longerThan =
  (characters: number): SignalTest =>
  ({ message }) =>
    message.length > characters

const LONG_CONVERSATION = 20_000
const LONG_INSTRUCTIONS = 4_000
const FEW_TOKENS = 64
const MANY_TOKENS = 16_000

function wordsAsked(from: number, below: number): SignalTest {
  return ({ message }) => {
    const words = outputWordsAsked(message.folded)
    return words !== null && words >= from && words < below
  }
}

export const sizeSignals = {
  'long-message': longerThan(1_500),
  'very-long-message': longerThan(3_000),
  'huge-message': longerThan(10_000),
  'vast-message': longerThan(30_000),
  'long-conversation': ({ conversationLength, message }) =>
    conversationLength - message.length > LONG_CONVERSATION,
  'long-instructions': ({ systemLength }) => systemLength > LONG_INSTRUCTIONS,
  'asks-for-detail': (facts) => mentions(facts, 'detail'),
  'asks-for-brevity': (facts) => mentions(facts, 'brevity'),
  'medium-output': wordsAsked(250, 800),
  'long-output': wordsAsked(800, Infinity),
  'few-tokens-allowed': ({ maxTokens }) => maxTokens !== null && maxTokens <= FEW_TOKENS,
  'many-tokens-allowed': ({ maxTokens }) => maxTokens !== null && maxTokens >= MANY_TOKENS,
} satisfies SignalTests
