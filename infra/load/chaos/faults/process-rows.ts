import { setTimeout as sleep } from 'node:timers/promises'
import type { Member } from '../cluster/member.ts'
import { strikeMidStream, wasRunningAt } from './mid-stream.ts'
import { PACE, beginTurns, inVolleys, lettersSeen, setPace, untilShare } from './stage.ts'
import type { Row, RowRun, Stage } from './stage.ts'
import type { TurnHistory } from '../check/history.ts'

const STOPPED_MS = 20_000
const BETWEEN_RESTARTS_MS = 1_500
/** Of failed requests, which the undefended row has in dozens. */
const MOST_TOLD = 5

export const PROCESS_ROWS: readonly Row[] = [
  {
    name: 'the owner’s process stands still for 20 s',
    about:
      'SIGSTOP of the chat-api that owns all the turns: a zombie, which must be fenced when it wakes',
    run: async (stage) => ({
      strikes: await inVolleys(Math.min(stage.turns, stage.users.length), async (count) => {
        const victim = stage.cluster.chatApis[0] as Member
        stage.cluster.chatApiBalancer.prefer(victim)
        const [strike] = await strikeMidStream(
          { ...stage, turns: count },
          {
            strike: async ({ cluster }) => {
              cluster.chatApiBalancer.prefer(undefined)
              victim.signal('SIGSTOP')
              await sleep(STOPPED_MS)
              victim.signal('SIGCONT')
            },
          },
        )
        if (strike === undefined) throw new Error('there was no volley')
        return strike
      }),
    }),
  },
  {
    name: 'rolling restart',
    about: 'SIGTERM of each process in turn, under load',
    withWeb: true,
    run: (stage) => rollingRestart(stage),
  },
  {
    name: 'undefended: readiness is not watched',
    about: 'a rolling restart behind a balancer that goes by nothing',
    withWeb: true,
    undefended: true,
    run: async (stage) => {
      stage.cluster.chatApiBalancer.watchReadiness(false)
      stage.cluster.routerBalancer.watchReadiness(false)
      try {
        return await rollingRestart(stage)
      } finally {
        stage.cluster.chatApiBalancer.watchReadiness(true)
        stage.cluster.routerBalancer.watchReadiness(true)
      }
    },
  },
  {
    name: 'undefended: no worker recovers',
    about: 'both workers stopped, then the chat-api that owns all the turns killed',
    undefended: true,
    run: (stage) => withoutRecovery(stage),
  },
  {
    name: 'undefended: readers forget their cursor',
    about: 'they come back without Last-Event-ID and add what they get to what they have',
    undefended: true,
    run: async (stage) => {
      await setPace(stage, PACE)
      const strikes = await strikeMidStream(stage, {
        plan: { forgetsCursor: true, leaveAfterFrames: 12 },
        strike: async () => {},
      })
      const repeated = strikes
        .flatMap(({ histories }) => histories)
        .filter(({ frames }) => new Set(frames.map(({ id }) => id)).size < frames.length)
      return {
        strikes,
        figures: [
          { name: 'answers shown with a part twice', value: repeated.length, unit: 'turns' },
        ],
      }
    },
  },
]

/** Turn upon turn of each user, while one process after the other is replaced. */
async function rollingRestart(stage: Stage): Promise<RowRun> {
  const { cluster } = stage
  await setPace(stage, PACE)
  const members = [...cluster.chatApis, ...cluster.routers, ...cluster.workers]
  const histories: TurnHistory[] = []
  const struckAt = Date.now()
  const over = new AbortController()
  const load = stage.users.map(async (_, index) => {
    const one = { ...stage, users: stage.users.slice(index, index + 1) }
    let chatId: string | undefined
    while (!over.signal.aborted) {
      const [turn] = beginTurns(one, 1, { chatId })
      if (turn === undefined) return
      histories.push(turn.history)
      await turn.done
      chatId = turn.history.chatId
    }
  })
  await sleep(BETWEEN_RESTARTS_MS)
  let killed = 0
  for (const member of members) {
    if (!(await member.stop())) killed++
    await member.start()
    await sleep(BETWEEN_RESTARTS_MS)
  }
  over.abort()
  await Promise.all(load)
  const calls = histories.flatMap((history) => history.calls)
  const failed = calls.filter(
    ({ outcome, status }) => outcome === 'unknown' || (status ?? 500) >= 400,
  )
  for (const { request, status, broken, problem } of failed.slice(0, MOST_TOLD)) {
    console.log(`  failed: ${request}: ${status ?? 'no response'} ${problem?.body ?? broken ?? ''}`)
  }
  const broken = calls.filter(
    ({ outcome, broken: why }) => outcome === 'acknowledged' && why !== undefined,
  )
  return {
    strikes: [{ histories, touched: histories, struckAt, healedAt: Date.now() }],
    figures: [
      { name: 'requests', value: calls.length, unit: 'requests' },
      { name: 'failed requests', value: failed.length, unit: 'requests', atMost: 0 },
      { name: 'streams that broke rather than ended', value: broken.length, unit: 'streams' },
      { name: 'processes that had to be killed', value: killed, unit: 'processes', atMost: 0 },
    ],
  }
}

const LOST_AFTER_MS = 15_000

async function withoutRecovery(stage: Stage): Promise<RowRun> {
  const { cluster } = stage
  const count = Math.min(stage.turns, stage.users.length)
  const victim = cluster.chatApis[0] as Member
  await setPace(stage, PACE)
  await Promise.all(cluster.workers.map((worker) => worker.stop()))
  cluster.chatApiBalancer.prefer(victim)
  const turns = beginTurns(stage, count)
  await untilShare(turns, 0.5, (history) => lettersSeen(history) > 0)
  const struckAt = Date.now()
  await victim.kill()
  cluster.chatApiBalancer.prefer(undefined)
  await victim.start()
  await sleep(LOST_AFTER_MS)
  const without = turns.filter(({ history }) => history.endedAt === undefined).length
  await Promise.all(cluster.workers.map((worker) => worker.start()))
  const healedAt = Date.now()
  await Promise.all(turns.map(({ done }) => done))
  const histories = turns.map(({ history }) => history)
  return {
    strikes: [{ histories, touched: histories.filter(wasRunningAt(struckAt)), struckAt, healedAt }],
    figures: [
      {
        name: `turns without an end ${LOST_AFTER_MS / 1000} s later`,
        value: without,
        unit: 'turns',
      },
    ],
  }
}
