import { testDatabase } from '@brainlyx/db/testing'
import { accuracy, pretending, withoutRedis } from './limits/accuracy.ts'
import { budgetRows } from './limits/budget-rows.ts'
import { hotPath } from './limits/hot-path.ts'
import { startReplicas } from './limits/replicas.ts'
import { PLENTY, setTier } from './limits/set-tier.ts'
import { signInFlood } from './limits/sign-in-flood.ts'
import { runBench } from './router/run/run-bench.ts'
import { numberSetting } from './router/run/settings.ts'

const USAGE = `What limits cost, and how well they hold: authentication and admission on the hot path, two replicas that
share a bucket, Redis cut off under load, forged addresses and rotating guests, a flood of sign-ins, and budgets of money:
a hundred turns that begin at once on two replicas, and how many a second begin and end while all of them write what
the installation has spent.

BENCH_ROUNDS          requests of each kind on the hot path (2000)
BENCH_BURST           what a bucket holds (1000)
BENCH_FLOOD_SECONDS   how long sign-ins are tried (10)`

await runBench({
  name: 'limits',
  usage: USAGE,
  async run(releases) {
    const rounds = numberSetting('BENCH_ROUNDS', 2_000)
    const burst = numberSetting('BENCH_BURST', 1_000)
    const floodMs = numberSetting('BENCH_FLOOD_SECONDS', 10) * 1_000
    const replicas = await startReplicas(releases)
    await setTier(replicas, 'free', PLENTY)
    const hot = await hotPath(replicas, rounds)
    const flood = await signInFlood(replicas, floodMs)
    const shared = await accuracy(replicas, burst)
    const alone = await withoutRedis(replicas, burst)
    const pretended = await pretending(replicas)
    const database = await testDatabase()
    releases.defer(() => database.close())
    const budgets = await budgetRows(releases, database.url)
    return { rows: [...hot, ...flood, ...shared, ...alone, ...pretended, ...budgets] }
  },
})
