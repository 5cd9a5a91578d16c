import { createDatabase, findTurn, finishTurn, listMessages, newId, startTurn } from '@brainlyx/db'
import {
  NO_PRICE,
  arrangeEnd,
  arrangeGuest,
  arrangeTurn,
  createPlainDatabase,
  newTurn,
  testDatabase,
} from '@brainlyx/db/testing'
import pg from 'pg'
import { startDistantLine } from './row-level-security/distant-line.ts'
import { row } from './router/run/results.ts'
import type { Row } from './router/run/results.ts'
import { runBench } from './router/run/run-bench.ts'
import { numberSetting } from './router/run/settings.ts'

const usage = `pnpm bench:rls: what row-level security costs the hot queries. Each round asks all ways once, one after the other, on one
connection each, so that whatever else the machine does falls on all alike: "without" is a database whose policies are
off and a driver that says nothing, "serial" has the policies and waits for BEGIN, the setting, the statement and COMMIT
one by one, "with" is what the services use. On loopback, where it is the work that counts, and over a line that is a
millisecond longer, where it is the round trips. The figure is the median's ratio to "without". Takes about a minute.

  BENCH_RLS_ROUNDS   of each operation on loopback (300); over the longer line half as many

Writes infra/load/results/rls.json.`

const ROUNDS = numberSetting('BENCH_RLS_ROUNDS', 300)
const WARM_UP = 30
const USERS = 20
const CHATS = 4
const TURNS = 12
/** At 1 ms a round trip is what counts; on loopback planning with policies is. */
const GOAL = { near: 1.5, far: 1.2 }
const OWNER = 'bench'

type Kysely = ReturnType<typeof createDatabase>

interface Subject {
  readonly userId: string
  readonly chatId: string
  readonly turnId: string
  /** Started and to be finished. */
  running: ReturnType<typeof newTurn>
}

interface Way {
  readonly name: string
  readonly db: Kysely
  readonly subjects: readonly Subject[]
}

const operations: Readonly<Record<string, (db: Kysely, subject: Subject) => Promise<unknown>>> = {
  'find a turn': (db, subject) => findTurn(db, subject),
  'last page of a chat': (db, { userId, chatId }) =>
    listMessages(db, { userId, chatId, limit: 20 }),
  'start a turn': (db, subject) => {
    subject.running = newTurn({ userId: subject.userId, owner: OWNER })
    return startTurn(db, subject.running)
  },
  'finish a turn': (db, { running }) =>
    db.transaction().execute((transaction) =>
      finishTurn(transaction, {
        turnId: running.turnId,
        chatId: running.chatId,
        userId: running.userId,
        owner: OWNER,
        epoch: 1,
        state: 'completed',
        finish: 'stop',
        answer: { messageId: newId(), parts: [{ type: 'text', text: 'yes' }], model: 'gpt-9' },
        nextOwner: null,
        priceOf: () => NO_PRICE,
      }),
    ),
}

await runBench({
  name: 'rls',
  usage,
  run: async (releases) => {
    const open = await prepareDatabase(releases, false)
    const closed = await prepareDatabase(releases, true)
    const rows: Row[] = []
    for (const distance of ['near', 'far'] as const) {
      const urlOf = async (url: string): Promise<string> => {
        if (distance === 'near') return url
        const { port } = await startDistantLine(releases, Number(new URL(url).port), 1)
        return Object.assign(new URL(url), { port: String(port), hostname: '127.0.0.1' }).href
      }
      const ways: Way[] = [
        {
          name: 'without',
          subjects: open.subjects,
          db: createPlainDatabase({ url: await urlOf(open.url), saysForWhom: false }),
        },
        {
          name: 'serial',
          subjects: closed.subjects,
          db: createPlainDatabase({ url: await urlOf(closed.url), saysForWhom: true }),
        },
        {
          name: 'with',
          subjects: closed.subjects,
          // Nothing is prepared, as nothing is in the other ways.
          db: createDatabase({
            url: await urlOf(closed.url),
            name: 'bench',
            poolSize: 1,
            preparedStatements: false,
          }),
        },
      ]
      for (const way of ways) releases.defer(() => way.db.destroy())
      rows.push(...rowsOf(distance, await measure(ways, distance === 'near' ? ROUNDS : ROUNDS / 2)))
    }
    return { rows }
  },
})

/** A database with chats in it, with its policies or, for comparison, without. */
async function prepareDatabase(
  releases: AsyncDisposableStack,
  isProtected: boolean,
): Promise<{ url: string; subjects: Subject[] }> {
  const database = await testDatabase()
  releases.defer(() => database.close())
  const db = createDatabase({ url: database.url, name: 'bench', poolSize: 1 })
  const subjects: Subject[] = []
  for (let user = 0; user < USERS; user++) {
    const { id: userId } = await arrangeGuest(db)
    let last = newTurn({ userId, owner: OWNER })
    for (let chat = 0; chat < CHATS; chat++) {
      last = await arrangeTurn(db, { userId, owner: OWNER })
      await arrangeEnd(db, last)
      for (let turn = 1; turn < TURNS; turn++) {
        last = await arrangeTurn(db, { userId, owner: OWNER, chatId: last.chatId })
        await arrangeEnd(db, last)
      }
    }
    subjects.push({ userId, chatId: last.chatId, turnId: last.turnId, running: last })
  }
  await db.destroy()
  const admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  if (!isProtected) {
    for (const table of [
      'users',
      'auth_identities',
      'chat_sessions',
      'chat_history',
      'turns',
      'attempts',
    ]) {
      await admin.query(`alter table ${table} disable row level security`)
    }
  }
  await admin.query('vacuum analyze')
  await admin.end()
  return { url: database.url, subjects }
}

/** By operation and way, how long each took, in milliseconds. */
async function measure(
  ways: readonly Way[],
  rounds: number,
): Promise<Map<string, Map<string, number[]>>> {
  const times = new Map(
    Object.keys(operations).map((name) => [name, new Map<string, number[]>()] as const),
  )
  for (let round = -WARM_UP; round < rounds; round++) {
    // Each way is the first, the second and the third as often.
    const order = ways.map((_, index) => ways[(index + round + WARM_UP) % ways.length]!)
    for (const way of order) {
      const subject = way.subjects[(round + WARM_UP) % way.subjects.length]!
      for (const [name, run] of Object.entries(operations)) {
        const startedAt = performance.now()
        const result = await run(way.db, subject)
        const elapsedMs = performance.now() - startedAt
        if (result === undefined) throw new Error(`${way.name} found nothing: ${name}`)
        if (round < 0) continue
        const byWay = times.get(name)!
        byWay.set(way.name, [...(byWay.get(way.name) ?? []), elapsedMs])
      }
    }
  }
  return times
}

function rowsOf(distance: 'near' | 'far', times: Map<string, Map<string, number[]>>): Row[] {
  const where = distance === 'near' ? 'loopback' : '1 ms away'
  return [...times].flatMap(([operation, byWay]) => {
    const of = (way: string): number => median(byWay.get(way) ?? [])
    return [
      row(`${operation}, ${where}: with, to without`, of('with') / of('without'), 'ratio', {
        atMost: GOAL[distance],
      }),
      row(`${operation}, ${where}: serial, to without`, of('serial') / of('without'), 'ratio'),
      row(`${operation}, ${where}: without`, of('without'), 'ms'),
    ]
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
