import { parseArgs } from 'node:util'
import { startCluster } from './chaos/cluster/start-cluster.ts'
import { ROWS } from './chaos/faults/rows.ts'
import { AT_ONCE, startTheDead } from './chaos/faults/stage.ts'
import type { Stage } from './chaos/faults/stage.ts'
import { judgeRow } from './chaos/report/judge-row.ts'
import type { JudgedRow } from './chaos/report/judge-row.ts'
import { resultRows, tableLine } from './chaos/report/rows.ts'
import { signInUsers } from './chaos/users/crowd.ts'
import { row } from './router/run/results.ts'
import { runBench } from './router/run/run-bench.ts'

const usage = `pnpm bench:chaos: faults against running turns. Real Postgres (fsync on) and Redis (append-only file) behind proxies, two
chat-api, two provider-router, two worker, one web, and the simulator in the providers' place. Virtual users start
turns, read, come back with Last-Event-ID through a balancer, and keep a history of all they saw; a checker holds it,
Postgres and the simulator's log against the invariants. "Landed" are the turns that the simulator's log and the history
show where the row says; recovery is the longest silence that their readers heard after the fault.

  --only <text>   only rows whose name has this in it (may be given again); nothing is written then
  --turns <n>     of each row (50)
  --list          names the rows

  BENCH_CHAOS_LOGS   folder to keep the services' logs in

Takes about 25 minutes. Writes infra/load/results/chaos.json.`

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    turns: { type: 'string', default: '50' },
    list: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
})

await runBench({
  name: 'chaos',
  usage,
  run: async (releases) => {
    const rows = ROWS.filter(({ name }) => values.only?.some((part) => name.includes(part)) ?? true)
    if (values.list === true) {
      for (const { name, about } of rows) console.log(`${name.padEnd(50)} ${about}`)
      return undefined
    }
    const cluster = await startCluster(releases, {
      withWeb: rows.some(({ withWeb }) => withWeb === true),
    })
    const judged: JudgedRow[] = []
    let endedByThemselves = 0
    for (const fault of rows) {
      const beganAt = Date.now()
      process.stderr.write(`${fault.name} …\n`)
      // Anew for each row: nobody's sign-in grows old.
      await cluster.chatApiBalancer.allReady()
      const users = await signInUsers(cluster.chatApiBalancer.origin, AT_ONCE)
      const stage: Stage = { cluster, users, turns: Number(values.turns) }
      const run = await fault.run(stage)
      const outcome = await judgeRow(cluster, fault, run, beganAt)
      judged.push(outcome)
      const dead = await startTheDead(cluster)
      endedByThemselves += dead.length
      if (dead.length > 0) process.stderr.write(`  ended by themselves: ${dead.join(', ')}\n`)
      for (const { violation, turnId, detail } of outcome.findings)
        process.stderr.write(`  ${violation}: ${turnId}: ${detail}\n`)
      for (const line of outcome.inexact) process.stderr.write(`  inexact: ${line}\n`)
      if (run.note !== undefined) process.stderr.write(`  ${run.note}\n`)
      process.stderr.write(
        `  ${JSON.stringify(tableLine(outcome))} ${Math.round((Date.now() - beganAt) / 1_000)} s\n`,
      )
    }
    console.table(judged.map(tableLine))
    if (values.only !== undefined) return undefined
    const ended = row('processes that ended by themselves', endedByThemselves, 'processes', {
      atMost: 0,
    })
    return { rows: [...judged.flatMap(resultRows), ended], printed: [] }
  },
})
