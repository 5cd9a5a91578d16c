import { testDatabase } from '@brainlyx/db/testing'
import { budgetRows } from './limits/budget-rows.ts'
import { runBench } from './router/run/run-bench.ts'

const usage = `pnpm bench:budgets: how exactly a budget of money holds where a hundred turns begin at once on two replicas, and how
many turns a second begin and end while all of them write what the installation has spent. Takes a few seconds.

Writes infra/load/results/budgets.json.`

await runBench({
  name: 'budgets',
  usage,
  run: async (releases) => {
    const database = await testDatabase()
    releases.defer(() => database.close())
    return { rows: await budgetRows(releases, database.url) }
  },
})
