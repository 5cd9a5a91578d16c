import { parseArgs } from 'node:util'
import { countLost } from './data/failover/count-lost.ts'
import { measureSizes } from './data/measure/measure-sizes.ts'
import { sizeRows, sizeTable } from './data/measure/rows.ts'
import { mixedRows } from './data/mixed/rows.ts'
import { runMixedLoad } from './data/mixed/mixed-load.ts'
import { routeReads } from './data/replicas/route-reads.ts'
import { loadDatabase } from './data/server/loaded-database.ts'
import type { LoadedDatabase } from './data/server/loaded-database.ts'
import { BYTES_A_MESSAGE, parseSizes } from './data/server/sizes.ts'
import type { Size } from './data/server/sizes.ts'
import { SERVER_SETTINGS, startServer } from './data/server/start-server.ts'
import type { DataServer } from './data/server/start-server.ts'
import { durationOf, tellProgress } from './data/server/tell-progress.ts'
import { row } from './router/run/results.ts'
import type { Row } from './router/run/results.ts'
import { runBench } from './router/run/run-bench.ts'

const settings = Object.entries(SERVER_SETTINGS).map(([name, value]) => `${name}=${value}`)

const usage = `pnpm bench:data: whether a chat opens as fast among ten million messages as among a hundred thousand. A Postgres of its
own with the settings of production (below; fsync, full_page_writes and synchronous_commit stay on) gets a database for
each size, filled by COPY in the order in which years of use would have filled it: log-normal numbers of chats a user
and of messages a chat, some chats of 20,000 messages, branches, 24 months of partitions, every index there from the
start; each message's text is one of 60,000, written with words as frequent as Zipf says. Months that are over are packed
then, as the worker does it. After VACUUM ANALYZE and a restart the functions of
packages/db run at random places, one at a time, the sizes taking turns. "First time" is the pass that warms the
server's memory (the files may be in the system's); all else is the pass after it, at the same places. "Buffers" are
the pages (8 kB) that the same statements look at, found or read, by EXPLAIN (ANALYZE, BUFFERS): the mean. Then a mixed
load on the largest: an open loop of calls of these functions, 70 % reads and 30 % the steps of turns, from this
process, on the same cores as Postgres. Then two streaming replicas that apply everything 5 s late, and users who begin
chats through one process and read theirs through another: eligible are reads by users who have not written for 5 s.
Last, a primary dies whose standby has heard nothing for 1.5 s: one that confirms commits, and one that does not.

  --sizes <list>   of messages (100k,1m,10m); one that the disk has no room for is left out, by what a message took in
                   the one before (the first: ${BYTES_A_MESSAGE} bytes)
  --kept <folder>  keeps the databases there, and takes those that are there already
  --times <n>      of each operation at each size (400)
  --rate <n>       calls a second of the mixed load (1000): ten times the strategy's 100 operations; at a server that
                   is warm, by this month and by what was read at its places before
  --seconds <n>    of the mixed load (60)
  --only <part>    sizes, mixed, replicas, or failover; nothing is written then

  ${settings.join('\n  ')}

It says how long each load will take, by the one before. Writes infra/load/results/data.json.`

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100k,1m,10m' },
    kept: { type: 'string' },
    times: { type: 'string', default: '400' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})
/** Places at which statements are explained, of each operation and size. */
const EXPLAINED = 200
const LATENCY_GOAL_MS = 10
const REPLICA_SECONDS = 30

await runBench({
  name: 'data',
  usage,
  run: async (releases) => {
    const does = (part: string): boolean => values.only === undefined || values.only === part
    const rows: Row[] = []
    if (does('sizes') || does('mixed')) {
      const data = await startServer(releases, { keptIn: values.kept })
      const databases = await loadAll(data)
      rows.push(...databases.flatMap(loadRows))
      // What a load leaves in the server's memory would be the first pass's luck.
      await data.server.stop()
      await data.server.start()
      if (does('sizes')) rows.push(...(await measureAll(databases)))
      if (does('mixed')) rows.push(...(await mix(databases.at(-1))))
      await data.server.stop()
    }
    if (does('replicas')) rows.push(...(await replicaRows()))
    if (does('failover')) rows.push(...(await failOverRows()))
    if (values.only === undefined)
      return { rows, printed: rows.filter(({ goal }) => goal !== null) }
    console.table(rows)
    return undefined
  },
})

async function loadAll(data: DataServer): Promise<LoadedDatabase[]> {
  const databases: LoadedDatabase[] = []
  const now = new Date()
  for (const size of parseSizes(values.sizes)) {
    const before = databases.at(-1)
    tellEstimate(size, before)
    const onProgress = tellProgress(size)
    const loaded = await loadDatabase(data, {
      size,
      now,
      onProgress,
      onMonth: (month) => process.stderr.write(`${size.name}: packed ${month}\n`),
      before,
    })
    if (loaded === undefined) {
      process.stderr.write(`${size.name} is left out: the disk has no room for it\n`)
      continue
    }
    const gigabytes = (loaded.bytes / 2 ** 30).toFixed(1)
    const took = loaded.loadedInMs === 0 ? 'was there' : durationOf(loaded.loadedInMs / 1_000)
    process.stderr.write(`${size.name}: ${gigabytes} GB, ${took}\n`)
    databases.push(loaded)
  }
  return databases
}

/** In proportion to the smaller one before it. */
function tellEstimate({ name, messages }: Size, before: LoadedDatabase | undefined): void {
  if (before === undefined || before.loadedInMs === 0) return
  const times = messages / before.size.messages
  const gigabytes = ((before.bytes * times) / 2 ** 30).toFixed(1)
  const duration = durationOf((before.loadedInMs * times) / 1_000)
  process.stderr.write(`${name} …, about ${duration} and ${gigabytes} GB\n`)
}

function loadRows({ size, bytes, loadedInMs, packed }: LoadedDatabase): Row[] {
  return [
    row(`${size.name}: database, a message`, Math.round(bytes / size.messages), 'bytes'),
    ...(loadedInMs === 0
      ? []
      : [
          row(
            `${size.name}: loaded, with indexes`,
            (size.messages * 1_000) / loadedInMs,
            'messages/s',
          ),
        ]),
    ...(packed === undefined
      ? []
      : [row(`${size.name}: packing a month`, packed.milliseconds / packed.months, 'ms')]),
  ]
}

async function measureAll(databases: readonly LoadedDatabase[]): Promise<Row[]> {
  await using releases = new AsyncDisposableStack()
  const measured = await measureSizes(releases, databases, {
    times: Number(values.times),
    explained: EXPLAINED,
    tell: (line) => process.stderr.write(`${line}\n`),
  })
  console.table(sizeTable(measured))
  return sizeRows(measured)
}

async function mix(database: LoadedDatabase | undefined): Promise<Row[]> {
  if (database === undefined) return []
  const [perSecond, seconds] = [Number(values.rate), Number(values.seconds)]
  process.stderr.write(`mixed load of ${perSecond} calls a second at ${database.size.name} …\n`)
  const load = await runMixedLoad(database, { perSecond, seconds })
  return mixedRows(load, { perSecond, size: database.size.name, mostP95Ms: LATENCY_GOAL_MS })
}

async function replicaRows(): Promise<Row[]> {
  process.stderr.write('replicas …\n')
  const routed = await routeReads({ seconds: REPLICA_SECONDS })
  const name = 'two replicas 5 s behind'
  return [
    row(`${name}: reads`, routed.eligible + routed.others, 'reads'),
    row(`${name}: stale reads of one's own`, routed.stale, 'reads', { atMost: 0 }),
    row(`${name}: eligible reads`, routed.eligible, 'reads'),
    row(
      `${name}: eligible reads served by them`,
      (routed.eligibleAtReplicas * 100) / routed.eligible,
      '%',
      { atLeast: 80 },
    ),
    row('undefended: any replica is read: stale', routed.staleWithoutRouting, 'reads', {
      atLeast: 1,
    }),
  ]
}

async function failOverRows(): Promise<Row[]> {
  process.stderr.write('failover …\n')
  const confirmed = await countLost({ confirmed: true })
  const alone = await countLost({ confirmed: false })
  const name = 'failover to a synchronous standby'
  return [
    row(`${name}: acknowledged`, confirmed.acknowledged, 'turns'),
    row(`${name}: acknowledged and lost`, confirmed.lost, 'turns', { atMost: 0 }),
    row('undefended: the standby is asynchronous: acknowledged', alone.acknowledged, 'turns'),
    row('undefended: the standby is asynchronous: lost', alone.lost, 'turns', { atLeast: 1 }),
  ]
}
