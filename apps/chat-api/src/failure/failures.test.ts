import type {
  Budgets,
  FailureExplanation,
  FailureOverview,
  InstallationOverview,
  Me,
  Problem,
  TurnFrame,
} from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arrangeInstallation, guest, signUp } from '../../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const { simulator } = installation
simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 })
const api = await installation.startReplica()

const CANARY = 'canary-words-of-a-user'
const MODEL = 'openai/gpt-4.1'
const admin = api.browser()
await signUp(admin)
const owner = await guest(api)
const ownerId = (await owner.json<Me>('/api/v1/me')).user!.id
let failed: Extract<TurnFrame, { type: 'turn-error' }>

const explain = (reference: string): Promise<FailureExplanation> =>
  admin.json<FailureExplanation>(`/api/v1/admin/failures/${reference}`)

beforeAll(async () => {
  simulator.setFault({ model: 'gpt-4.1', fault: '400' })
  const frames = await owner.turn('/api/v1/turns', { text: `Why? ${CANARY}`, model: MODEL })
  simulator.clear()
  failed = frames.at(-1)!.frame as typeof failed
  if (failed.type !== 'turn-error') throw new Error('the turn was to fail')
})

test('the trace id that a user was shown tells an administrator what happened, and nothing of what was said', async () => {
  const { problem, turnId } = failed
  const found = await eventually(async () => {
    const explained = await explain(problem.traceId)
    expect(explained.failures).toHaveLength(1)
    return explained
  })
  expect(found.failures[0]).toMatchObject({
    traceId: problem.traceId,
    service: 'chat-api',
    code: problem.code,
    status: problem.status,
    route: 'turn',
    turnId,
  })
  expect(found.turns).toMatchObject([
    {
      id: turnId,
      userId: ownerId,
      state: 'failed',
      model: MODEL,
      problem: { code: problem.code },
      epoch: 1,
      crashes: 0,
    },
  ])
  const [attempt] = found.turns[0]!.attempts
  expect(attempt).toMatchObject({ provider: 'openai', state: 'failed', error: { status: 400 } })
  expect(found.decisions).toMatchObject([
    {
      model: MODEL,
      order: [expect.objectContaining({ deployment: attempt!.deployment })],
      outcome: expect.stringContaining('failed: '),
    },
  ])
  expect(JSON.stringify(found)).not.toContain(CANARY)
})

test('the id of the turn leads to the same', async () => {
  await eventually(async () => {
    const byTurn = await explain(failed.turnId)
    const byTrace = await explain(failed.problem.traceId)
    expect(byTurn.failures).toHaveLength(1)
    expect({ ...byTurn, reference: '' }).toEqual({ ...byTrace, reference: '' })
  })
})

test('a turn that went well is explained by its id, too', async () => {
  const frames = await owner.turn('/api/v1/turns', { text: `And this? ${CANARY}`, model: MODEL })
  const { turnId } = frames[0]!.frame as { turnId: string }
  const found = await explain(turnId)
  expect(found.failures).toEqual([])
  expect(found.turns).toMatchObject([
    { id: turnId, state: 'completed', problem: null, attempts: [{ state: 'completed' }] },
  ])
  expect(JSON.stringify(found)).not.toContain(CANARY)
})

test('a request that failed is found by its trace, with its route and not its path', async () => {
  // A router that is not there makes the list of models fail.
  const cutOff = await installation.startReplica({ routerUrl: 'http://127.0.0.1:1' })
  const browser = cutOff.browser()
  const response = await browser.get('/api/v1/models')
  const problem = (await response.json()) as Problem
  expect(problem.status).toBe(503)
  await eventually(async () => {
    expect((await explain(problem.traceId)).failures).toMatchObject([
      {
        code: problem.code,
        status: 503,
        route: 'GET /api/v1/models',
        actor: null,
        turnId: null,
      },
    ])
  })
})

test('what fails often is grouped, and leads to the last of it', async () => {
  await eventually(async () => {
    const { groups, latest } = await admin.json<FailureOverview>('/api/v1/admin/failures')
    expect(groups).toContainEqual(
      expect.objectContaining({
        code: failed.problem.code,
        route: 'turn',
        count: 1,
        users: 1,
        lastTraceId: failed.problem.traceId,
      }),
    )
    expect(latest.map(({ traceId }) => traceId)).toContain(failed.problem.traceId)
  })
})

test('what was not noted is nothing, not an error', async () => {
  expect(await explain('0'.repeat(32))).toMatchObject({ failures: [], turns: [], decisions: [] })
  expect(await explain(newId())).toMatchObject({ failures: [], turns: [], decisions: [] })
  const response = await admin.get('/api/v1/admin/failures/no-trace')
  expect(response.status).toBe(400)
})

test('nobody else is told: neither the user whom it met nor another', async () => {
  const member = api.browser()
  await signUp(member)
  for (const browser of [owner, member]) {
    for (const path of ['failures', `failures/${failed.problem.traceId}`, 'overview']) {
      expect((await browser.get(`/api/v1/admin/${path}`)).status, path).toBe(403)
    }
  }
})

test('the overview counts users, turns and failures, and names what is away', async () => {
  const { users, activeToday, turns, failures, degraded, spentThisMonthPicoUsd } =
    await admin.json<InstallationOverview>('/api/v1/admin/overview')
  expect(users).toEqual(expect.arrayContaining([{ tier: 'free', kind: 'member', count: 2 }]))
  expect(activeToday).toBe(1)
  expect(turns).toMatchObject({ running: 0, completed: 1, failed: 1 })
  expect(failures).toContainEqual({ code: failed.problem.code, count: 1 })
  expect(BigInt(spentThisMonthPicoUsd!)).toBeGreaterThan(0n)
  const { installation: all } = await admin.json<Budgets>('/api/v1/admin/budgets')
  expect(spentThisMonthPicoUsd).toBe(all.spentPicoUsd)
  expect(degraded).toEqual([])
  const cutOff = await installation.startReplica({ routerUrl: 'http://127.0.0.1:1' })
  const there = cutOff.browser()
  for (const [name, value] of admin.cookies) there.cookies.set(name, value)
  expect(await there.json<InstallationOverview>('/api/v1/admin/overview')).toMatchObject({
    degraded: ['provider-router'],
  })
})
