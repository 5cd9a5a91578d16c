import { TierInput } from '@brainlyx/chat-contract'
import { expect, test } from 'vitest'
import { TIER_FIELDS, dollarsOf, readTier, shownValue } from './tier-fields.ts'

const tier = {
  name: 'pro',
  requestsPerMinute: 300,
  requestBurst: 120,
  concurrentStreams: 10,
  messagesPerDay: 2_000,
  tokensPerDay: null,
  models: ['auto', 'gpt-9'],
  uploadBytes: 50 * 1024 * 1024,
  chatIdleDays: null,
  priority: 5,
  monthlyBudgetPicoUsd: '50250000000000',
}

test('a form that is sent as it is changes nothing', () => {
  const form = new FormData()
  for (const field of TIER_FIELDS) form.set(field.name, shownValue(tier, field))
  form.set('models', tier.models.join(', '))
  form.set('monthlyBudget', dollarsOf(tier.monthlyBudgetPicoUsd))
  expect({ name: 'pro', ...TierInput.parse(readTier(form)) }).toEqual(tier)
})

test.each([
  ['requestsPerMinute', ''],
  ['requestsPerMinute', 'many'],
  ['messagesPerDay', '1.5'],
  ['messagesPerDay', '1e400'],
  ['monthlyBudget', 'a lot'],
  ['monthlyBudget', '-1'],
])('%s of «%s» is for chat-api to refuse', (name, value) => {
  const form = new FormData()
  for (const field of TIER_FIELDS) form.set(field.name, shownValue(tier, field))
  form.set(name, value)
  expect(TierInput.safeParse(readTier(form)).success).toBe(false)
})
