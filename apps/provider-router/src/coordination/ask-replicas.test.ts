import { createLogger } from '@brainlyx/service-kit'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createReplicaQuestions } from './ask-replicas.ts'
import type { ReplicaQuestions } from './ask-replicas.ts'
import { connectCoordination } from './connect-coordination.ts'
import { soleReplica } from './coordination.ts'
import type { Coordination } from './coordination.ts'

const logger = createLogger({ service: 'test', level: 'silent' })
let redis: TestRedis
let opened: (Coordination | ReplicaQuestions)[]

beforeEach(async () => {
  redis = await createTestRedis()
  opened = []
})
afterEach(async () => {
  for (const each of opened) await each.close()
  await redis.close()
})

async function replica(answer: (question: unknown) => unknown): Promise<ReplicaQuestions> {
  const coordination = connectCoordination({ redisUrl: redis.url, logger })
  const questions = createReplicaQuestions(coordination, 'decisions', answer)
  opened.push(questions, coordination)
  await eventually(() => expect(coordination.isConnected).toBe(true))
  return questions
}

test('the replica that knows answers, those that do not keep quiet', async () => {
  const asker = await replica(() => 'never asked itself')
  await replica(() => undefined)
  await replica((question) => ({ decisionOf: question }))
  const [first, second] = await Promise.all([
    asker.ask('r-1', { timeoutMs: 10_000 }),
    asker.ask('r-2', { timeoutMs: 10_000 }),
  ])
  expect([first, second]).toEqual([{ decisionOf: 'r-1' }, { decisionOf: 'r-2' }])
})

test('who does not know, or does not understand the question, says nothing', () => {
  const listeners = new Map<string, (message: unknown) => void>()
  const published: unknown[] = []
  const questions = createReplicaQuestions(
    {
      ...soleReplica('asked'),
      publish: (topic, message) => published.push([topic, message]),
      subscribe: (topic, listener) => {
        listeners.set(topic, listener)
        return () => {}
      },
    },
    'decisions',
    (question) => (question === 'r-1' ? 'known' : undefined),
  )
  const hear = listeners.get('decisions')!
  hear({ id: '1', asker: 'one', question: 'r-2' })
  hear({ id: '2', question: 'r-1' })
  hear('r-1')
  hear({ id: '3', asker: 'one', question: 'r-1' })
  expect(published).toEqual([['decisions:answers:one', { id: '3', answer: 'known' }]])
  questions.close()
})

test('null is an answer', async () => {
  const asker = await replica(() => undefined)
  await replica(() => null)
  expect(await asker.ask('r-1', { timeoutMs: 10_000 })).toBeNull()
})

test('where nobody knows, or whoever is asked breaks, the answer is undefined after the timeout', async () => {
  const asker = await replica(() => undefined)
  await replica(() => {
    throw new Error('broken')
  })
  expect(await asker.ask('r-1', { timeoutMs: 50 })).toBeUndefined()
})

test('one replica alone has nobody to ask, and says so at once', async () => {
  const questions = createReplicaQuestions(soleReplica('alone'), 'decisions', () => 'mine')
  expect(await questions.ask('r-1', { timeoutMs: 1e9 })).toBeUndefined()
  questions.close()
})

test('closing answers those who still wait', async () => {
  const asker = await replica(() => undefined)
  const answer = asker.ask('r-1', { timeoutMs: 1e9 })
  asker.close()
  expect(await answer).toBeUndefined()
})
