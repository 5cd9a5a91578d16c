import { parseArgs } from 'node:util'
import { createDatabaseOperations, waitsForDisk } from './capacity/database-operations.ts'
import { phaseRows } from './capacity/phase-rows.ts'
import { PHASES } from './capacity/phases.ts'
import { runPhase } from './capacity/run-phase.ts'
import type { PhaseRun } from './capacity/run-phase.ts'
import { createSessions } from './capacity/session.ts'
import { observeUsage } from './cluster/platform-usage.ts'
import { PROFILE_SETTING, startPlatform } from './cluster/start-platform.ts'
import { moveToTwoCores } from './cluster/two-cores.ts'
import { row } from './router/run/results.ts'
import { runBench } from './router/run/run-bench.ts'
import { numberSetting } from './router/run/settings.ts'
import { createApiCaller } from './turns/chat-api-caller.ts'
import { describeFlaws } from './turns/describe-flaws.ts'
import { signInGuests } from './turns/guests.ts'
import { routerConfiguration } from './turns/provider-models.ts'
import { providerShares } from './turns/simulator-log.ts'

const usage = `pnpm bench:capacity: the strategy's baseline all at once for ten minutes (1,000 sessions, 10,000 requests an hour,
100 database operations a second, 500 AI calls a minute), then five minutes with 3 times the sessions, 5 times the
requests and 10 times the AI calls. A session is a guest with a chat; like the page it holds a connection only while
an answer is written to it. The requests are the page's, messages sent come on top, and what the services leave of the
database operations is filled up by look-ups of the benchmark's own. Every answer is compared with the simulator's
text. One process of each service but web; simulator and readers share two cores with them. Postgres is the one of the
tests, which does not wait for the disk, unless TEST_DATABASE_ADMIN_URL and TEST_REDIS_URL name others. Needs Linux,
two cores, taskset.

  --minutes <number>            of both phases together (15)
  BENCH_CAPACITY_TOKENS         of each answer (200), at 60 tokens a second
  ${PROFILE_SETTING}

Writes infra/load/results/capacity.json.`

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '15' }, help: { type: 'boolean', short: 'h' } },
})
const MINUTES = Number(values.minutes)
if (!(MINUTES > 0)) throw new Error(`--minutes is ${values.minutes}, and must be a number above 0`)
const TOKENS = numberSetting('BENCH_CAPACITY_TOKENS', 200)
const TOKENS_PER_SECOND = 60
const FIRST_TOKEN_MS = 200
const ANSWER_MS = FIRST_TOKEN_MS + (TOKENS * 1000) / TOKENS_PER_SECOND
/** Runs alone before the first phase, so that it does not measure programs that are not warm yet. */
const WARM_UP_MS = 10_000

await runBench({
  name: 'capacity',
  usage,
  run: async (releases) => {
    moveToTwoCores()
    const platform = await startPlatform(releases, {
      routerConfiguration: routerConfiguration(),
      tokensPerSecond: TOKENS_PER_SECOND,
      timeToFirstTokenMs: FIRST_TOKEN_MS,
    })
    const api = createApiCaller(releases, platform.chatApi.origin)
    const parts = {
      tokens: TOKENS,
      patienceMs: ANSWER_MS * 2 + 30_000,
      usage: await observeUsage(platform),
      operations: createDatabaseOperations(platform),
    }
    const sessions = createSessions()
    const runs: PhaseRun[] = []
    for (const phase of PHASES) {
      const guests = await signInGuests(api, phase.sessions - sessions.all.length)
      sessions.all.push(...guests.map((guest) => ({ guest, chatId: undefined, isReading: false })))
      if (runs.length === 0) await runPhase({ ...parts, phase, sessions, durationMs: WARM_UP_MS })
      const durationMs = MINUTES * 60_000 * phase.share
      console.log(
        `${phase.name}: ${phase.sessions} sessions for ${(durationMs / 60_000).toFixed(1)} minutes …`,
      )
      runs.push(await runPhase({ ...parts, phase, sessions, durationMs }))
    }
    const { chatApi, router, worker, simulator } = platform
    for (const service of [chatApi, router, worker, simulator]) service.process.assertAlive()
    for (const { phase, turns, requests } of runs) {
      for (const line of describeFlaws([...turns, ...requests]))
        console.log(`${phase.name}:${line}`)
    }

    const shares = await providerShares(simulator.origin)
    return {
      rows: [
        ...runs.flatMap((run) => phaseRows(run, shares)),
        row('Postgres waits for the disk (1: yes)', Number(await waitsForDisk(platform)), ''),
      ],
    }
  },
})
