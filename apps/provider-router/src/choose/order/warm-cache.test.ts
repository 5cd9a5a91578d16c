import { expect, test } from 'vitest'
import { deploymentsOf } from './order-under-test.ts'
import { createWarmCaches } from './warm-cache.ts'

const kinds = { anthropic: 'anthropic', gemini: 'gemini', groq: 'groq', openai: 'openai' } as const
const [anthropic, gemini, groq, openai] = deploymentsOf({
  anthropic: { kind: 'anthropic', model: 'claude-haiku-4-5' },
  gemini: { kind: 'gemini', model: 'gemini-3.5-flash' },
  groq: { kind: 'groq', model: 'openai/gpt-oss-20b' },
  openai: { kind: 'openai', model: 'gpt-4.1' },
}) as [never, never, never, never]
const byKind = { anthropic, gemini, groq, openai }

const read = (inputTokens: number, cachedInputTokens = 0, cacheWriteTokens = 0) => ({
  inputTokens,
  cachedInputTokens,
  cacheWriteTokens,
})

test.each([
  [kinds.openai, 10],
  [kinds.anthropic, 5],
  [kinds.gemini, 5],
  [kinds.groq, 120],
])('%s keeps a prompt for %d minutes after its last use', (kind, minutes) => {
  const clock = { now: 0 }
  const caches = createWarmCaches({ nowMs: () => clock.now })
  caches.note('chat', byKind[kind], read(8_000, 0, 8_000))
  clock.now = minutes * 60_000 - 1
  expect(caches.find('chat')).toMatchObject({ deploymentId: kind, cachedTokens: 8_000 })
  caches.note('chat', byKind[kind], read(9_000, 8_000, 1_000))
  clock.now += minutes * 60_000 - 1
  expect(caches.find('chat')).toMatchObject({ cachedTokens: 9_000 })
  clock.now += 1
  expect(caches.find('chat')).toBeUndefined()
})

test('short prompts are not kept', () => {
  const caches = createWarmCaches({ nowMs: () => 0 })
  caches.note('short', openai, read(1_023))
  caches.note('long', openai, read(1_024))
  caches.note('short for Gemini', gemini, read(4_095))
  expect(caches.find('short')).toBeUndefined()
  expect(caches.find('long')).toMatchObject({ deploymentId: 'openai' })
  expect(caches.find('short for Gemini')).toBeUndefined()
})

test('Anthropic keeps what was marked, as its usage tells', () => {
  const caches = createWarmCaches({ nowMs: () => 0 })
  caches.note('not marked', anthropic, read(20_000))
  caches.note('marked', anthropic, read(20_000, 3_000, 2_000))
  expect(caches.find('not marked')).toBeUndefined()
  expect(caches.find('marked')).toMatchObject({ cachedTokens: 5_000 })
})

test('who answered last counts, and who keeps nothing changes nothing', () => {
  const caches = createWarmCaches({ nowMs: () => 0 })
  caches.note('chat', openai, read(2_000))
  caches.note('chat', groq, read(3_000))
  caches.note('chat', anthropic, read(4_000))
  expect(caches.find('chat')).toMatchObject({ deploymentId: 'groq' })
  expect(caches.find('another chat')).toBeUndefined()
})

test('ten thousand conversations are remembered, the last ones', () => {
  const caches = createWarmCaches({ nowMs: () => 0 })
  caches.note('first', openai, read(2_000))
  caches.note('goes on', openai, read(2_000))
  for (let chat = 0; chat < 9_998; chat++) caches.note(`chat ${chat}`, openai, read(2_000))
  caches.note('goes on', openai, read(3_000))
  caches.note('one more', openai, read(2_000))
  caches.note('and another', openai, read(2_000))
  expect(caches.find('first')).toBeUndefined()
  expect(caches.find('goes on')).toBeDefined()
  expect(caches.find('chat 0')).toBeUndefined()
  expect(caches.find('chat 1')).toBeDefined()
})
