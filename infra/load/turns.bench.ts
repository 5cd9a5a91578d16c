import { PROFILE_SETTING, startPlatform } from './cluster/start-platform.ts'
import { observeUsage } from './cluster/platform-usage.ts'
import { moveToTwoCores } from './cluster/two-cores.ts'
import { row } from './router/run/results.ts'
import type { Row } from './router/run/results.ts'
import { runBench } from './router/run/run-bench.ts'
import { numberSetting, textSetting } from './router/run/settings.ts'
import { createApiCaller } from './turns/chat-api-caller.ts'
import { describeFlaws } from './turns/describe-flaws.ts'
import { signInGuests } from './turns/guests.ts'
import { weighIdleReaders } from './turns/idle-readers.ts'
import { judgeTurns } from './turns/judge-turns.ts'
import type { TurnJudgement } from './turns/judge-turns.ts'
import { holdStreams, isWithin } from './turns/measure-step.ts'
import type { Step } from './turns/measure-step.ts'
import { routerConfiguration } from './turns/provider-models.ts'
import { providerShares } from './turns/simulator-log.ts'
import { startTurningReaders } from './turns/turning-readers.ts'

const usage = `pnpm bench:turns: answers streaming at once through chat-api and the router, on two cores that everything shares: the
services (one process each, the worker too), Postgres and Redis, the simulator, and this process, which reads. Web is
left out, and compression with it: in production an ingress stands there. A quarter of the streams goes to each
provider, in its own events; each reader sends its next message in the same chat when its answer is complete. Every
prompt is unique, every answer is compared with the simulator's text. "Added" is what a reader waited beyond what the
simulator's own log says of that very stream. It stops at the first number of streams that does not hold. Before that:
the added time to first token at low load, of services that have served some hundred turns, and the memory of a reader
to whom nothing is said. Low load is what a rare visitor meets: the services rest before each turn, which makes it slower
than where one turn follows the other (bench:first-token). Postgres is the one of the tests, unless
TEST_DATABASE_ADMIN_URL and TEST_REDIS_URL name others. Needs Linux, two cores, taskset; takes five minutes.

  BENCH_TURNS_STEPS             streams at once (100,250,500,750,1000)
  BENCH_TURNS_TOKENS            of each answer (400)
  BENCH_TURNS_HOLD_SECONDS      of each step (20), after as many streams as it adds began within 10 s
  BENCH_TURNS_IDLE_READERS      (2000)
  ${PROFILE_SETTING}

Writes infra/load/results/turns.json.`

const STEPS = (textSetting('BENCH_TURNS_STEPS') ?? '100,250,500,750,1000').split(',').map(Number)
const TOKENS = numberSetting('BENCH_TURNS_TOKENS', 400)
const HOLD_MS = numberSetting('BENCH_TURNS_HOLD_SECONDS', 20) * 1000
const IDLE_READERS = numberSetting('BENCH_TURNS_IDLE_READERS', 2_000)
const TOKENS_PER_SECOND = 30
const FIRST_TOKEN_MS = 200
const GROW_MS = 10_000
const GOAL = { streams: 1_000, addedMs: 500, idleKb: 20, lowLoadMs: 10 }
/** So few streams that none waits for another. */
const LOW_LOAD = { readers: 4, tokens: 8, measureMs: 30_000 }
/** Before it: code that has run a few times only is slow, as it never is in a service that is in use. */
const WARM_UP = { readers: 24, growMs: 2_000, holdMs: 15_000 }
const SILENT_TURNS = 20

await runBench({
  name: 'turns',
  usage,
  run: async (releases) => {
    moveToTwoCores()
    const platform = await startPlatform(releases, {
      routerConfiguration: routerConfiguration(),
      tokensPerSecond: TOKENS_PER_SECOND,
      timeToFirstTokenMs: FIRST_TOKEN_MS,
    })
    const parts = await observeUsage(platform)
    const api = createApiCaller(releases, platform.chatApi.origin)
    const guests = await signInGuests(api, Math.max(...STEPS) + LOW_LOAD.readers + SILENT_TURNS)
    const judge = async (step: Step): Promise<TurnJudgement> =>
      judgeTurns(
        readers.readings.filter(({ sentAt }) => isWithin(step, sentAt)),
        await providerShares(platform.simulator.origin),
      )

    console.log('few streams at once …')
    const { tokens } = LOW_LOAD
    const warmUp = { guests: guests.slice(-WARM_UP.readers), tokens, answerMs: answerMs(tokens) }
    const warming = startTurningReaders(warmUp)
    await holdStreams(warming, parts, { ...WARM_UP, streams: WARM_UP.readers })
    await warming.finish()
    const low = startTurningReaders({ ...warmUp, guests: guests.splice(0, LOW_LOAD.readers) })
    await low.growTo(LOW_LOAD.readers, WARM_UP.growMs)
    const lowStep = await holdStreams(low, parts, {
      streams: LOW_LOAD.readers,
      growMs: 0,
      holdMs: LOW_LOAD.measureMs,
    })
    await low.finish()
    const lowLoad = judgeTurns(
      low.readings.filter(({ sentAt }) => isWithin(lowStep, sentAt)),
      await providerShares(platform.simulator.origin),
    )

    console.log(`${IDLE_READERS} readers of turns that say nothing …`)
    const idle = await weighIdleReaders(platform.chatApi, {
      guests: guests.splice(0, SILENT_TURNS),
      readers: IDLE_READERS,
    })

    const readers = startTurningReaders({ guests, tokens: TOKENS, answerMs: answerMs(TOKENS) })
    const steps: Step[] = []
    for (const streams of STEPS) {
      console.log(`${streams} streams at once …`)
      const step = await holdStreams(readers, parts, { streams, growMs: GROW_MS, holdMs: HOLD_MS })
      steps.push(step)
      if (!holds(await judge(step))) break
    }
    await readers.finish()
    const { chatApi, router, worker, simulator } = platform
    for (const service of [chatApi, router, worker, simulator]) service.process.assertAlive()
    for (const line of describeFlaws([...low.readings, ...readers.readings])) console.log(line)

    const judged = await Promise.all(
      steps.map(async (step) => ({ step, judgement: await judge(step) })),
    )
    const firstFailing = judged.findIndex(({ judgement }) => !holds(judgement))
    const holding = firstFailing === -1 ? judged : judged.slice(0, firstFailing)
    return {
      rows: [
        row('streams at once that hold', holding.at(-1)?.step.streams ?? 0, 'streams', {
          atLeast: GOAL.streams,
        }),
        ...judged.flatMap(({ step, judgement }) => stepRows(step, judgement)),
        row('added to first token at low load, median', lowLoad.addedToFirstTokenP50Ms, 'ms', {
          atMost: GOAL.lowLoadMs,
        }),
        row('added to first token at low load, p99', lowLoad.addedToFirstTokenP99Ms, 'ms'),
        row('answers with a flaw at low load', lowLoad.flawed, 'turns', { atMost: 0 }),
        row(`memory of an idle reader, ${idle.readers} of them`, idle.kbPerReader, 'kB', {
          atMost: GOAL.idleKb,
        }),
      ],
    }
  },
})

function answerMs(tokens: number): number {
  return FIRST_TOKEN_MS + (tokens * 1000) / TOKENS_PER_SECOND
}

function holds({ turns, flawed, addedToFirstTokenP99Ms }: TurnJudgement): boolean {
  return turns > 0 && flawed === 0 && addedToFirstTokenP99Ms <= GOAL.addedMs
}

function stepRows({ streams, cores }: Step, judgement: TurnJudgement): Row[] {
  const { turns, flawed, addedToFirstTokenP50Ms, addedToFirstTokenP99Ms } = judgement
  const at = `${streams} streams`
  return [
    row(`${at}: turns measured`, turns, 'turns'),
    row(`${at}: turns with an error or another text`, flawed, 'turns', { atMost: 0 }),
    row(`${at}: added to first token, p50`, addedToFirstTokenP50Ms, 'ms'),
    row(`${at}: added to first token, p99`, addedToFirstTokenP99Ms, 'ms', {
      atMost: GOAL.addedMs,
    }),
    row(`${at}: added to the end, p99`, judgement.addedToEndP99Ms, 'ms'),
    ...Object.entries(cores).map(([part, used]) =>
      row(`${at}: CPU of ${part}, a stream`, (used * 1000) / streams, 'ms/s'),
    ),
  ]
}
