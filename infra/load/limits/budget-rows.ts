import { createDatabase, findBudget, monthOf, setUserBudget, startTurn } from '@brainlyx/db'
import { NO_PRICE, arrangeEnd, arrangeGuest, newTurn } from '@brainlyx/db/testing'
import { row } from '../router/run/results.ts'
import type { Row } from '../router/run/results.ts'

const AT_ONCE = 100
const AFFORDABLE = 10
/** For so long turns begin and end. */
const PACE_MS = 3_000
const USERS_AT_ONCE = 24
const WANTED_A_SECOND = 500

const price = { ...NO_PRICE, outputPicoUsdPerToken: 1_000_000n }
const RESERVATION = 3n * price.outputPicoUsdPerToken * BigInt(price.outputTokens)

/**
 * How exactly a budget holds over two replicas, each with a pool of its own as two processes have, and whether what all
 * users together spend lets them go on side by side.
 * @param databaseUrl of the runtime role
 */
export async function budgetRows(
  releases: AsyncDisposableStack,
  databaseUrl: string,
): Promise<Row[]> {
  const replicas = [1, 2].map(() =>
    createDatabase({ url: databaseUrl, name: 'bench', poolSize: 12 }),
  )
  for (const db of replicas) releases.defer(() => db.destroy())
  return [...(await accuracy(replicas)), await turnsASecond(replicas)]
}

type Kysely = ReturnType<typeof createDatabase>

async function accuracy(replicas: readonly Kysely[]): Promise<Row[]> {
  const [db] = replicas as [Kysely]
  const userId = await userWith(db, BigInt(AFFORDABLE) * RESERVATION)
  const outcomes = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, async (_, index) => {
      const turn = newTurn({ userId, owner: 'bench', price })
      await startTurn(replicas[index % 2]!, turn)
      return turn
    }),
  )
  const begun = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const { reservedPicoUsd } = await findBudget(db, { userId, month: monthOf(new Date()) })
  for (const turn of begun) await arrangeEnd(db, turn)
  const left = await findBudget(db, { userId, month: monthOf(new Date()) })
  const reservations = Number(reservedPicoUsd) / Number(RESERVATION)
  return [
    row(`${AT_ONCE} turns at once on a budget of ${AFFORDABLE}: begun`, begun.length, 'turns', {
      atMost: AFFORDABLE + 1,
    }),
    row('overspent', Math.max(0, reservations - AFFORDABLE), 'reservations', { atMost: 1 }),
    row('reserved once all have ended', Number(left.reservedPicoUsd), 'pico-dollars', {
      atMost: 0,
    }),
  ]
}

/** Every turn writes the installation's sum when it begins and when it ends. */
async function turnsASecond(replicas: readonly Kysely[]): Promise<Row> {
  const until = performance.now() + PACE_MS
  let ended = 0
  await Promise.all(
    Array.from({ length: USERS_AT_ONCE }, async (_, index) => {
      const db = replicas[index % 2]!
      const userId = await userWith(db, null)
      while (performance.now() < until) {
        const turn = newTurn({ userId, owner: 'bench', price })
        await startTurn(db, turn)
        await arrangeEnd(db, turn)
        ended++
      }
    }),
  )
  return row(
    'turns begun and ended a second on one installation',
    (1_000 * ended) / PACE_MS,
    '1/s',
    {
      atLeast: WANTED_A_SECOND,
    },
  )
}

async function userWith(db: Kysely, limitPicoUsd: bigint | null): Promise<string> {
  const { id: userId } = await arrangeGuest(db)
  await db
    .transaction()
    .execute((transaction) => setUserBudget(transaction, { userId, limitPicoUsd }))
  return userId
}
