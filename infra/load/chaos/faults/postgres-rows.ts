import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withClient } from '@brainlyx/testkit/postgres-server'
import type { PostgresServer } from '@brainlyx/testkit/postgres-server'
import { failOver } from '../cluster/fail-over.ts'
import type { RunningTurn } from '../users/take-turn.ts'
import { strikeMidStream } from './mid-stream.ts'
import { beginTurns, inVolleys } from './stage.ts'
import type { Row, RowRun, Stage } from './stage.ts'

const LOCKED_MS = 8_000
let standbys = 0

export const POSTGRES_ROWS: readonly Row[] = [
  {
    name: 'Postgres restarted',
    about: 'fast shutdown and start',
    run: async (stage) => ({
      strikes: await strikeMidStream(stage, {
        strike: async ({ cluster }) => {
          await cluster.postgres.stop()
          await cluster.postgres.start()
        },
      }),
    }),
  },
  {
    name: 'Postgres pool exhausted',
    about: `everything that writes turns waits ${LOCKED_MS / 1000} s for a lock, and takes up the pools`,
    run: async (stage) => ({
      strikes: await strikeMidStream(stage, {
        strike: ({ cluster }) =>
          withClient(cluster.databaseUrl(), async (client) => {
            await client.query('begin')
            await client.query('lock table turns, chat_history, attempts in exclusive mode')
            await sleep(LOCKED_MS)
            await client.query('commit')
          }),
      }),
    }),
  },
  {
    name: 'Postgres primary killed, synchronous standby promoted',
    about: 'its walsender frozen first, and as many turns begun again while it is',
    run: (stage) => failOverMidStream(stage, { confirmed: true }),
  },
  {
    name: 'undefended: the standby is asynchronous',
    about: 'the same, and no commit waits for the standby',
    undefended: true,
    run: (stage) => failOverMidStream(stage, { confirmed: false }),
  },
]

/** Two volleys at most: each takes a copy of the database. */
async function failOverMidStream(
  stage: Stage,
  { confirmed }: { confirmed: boolean },
): Promise<RowRun> {
  let lost = 0
  const strikes = await inVolleys(Math.min(stage.turns, stage.users.length), async (count) => {
    const { cluster } = stage
    const standby = await cluster.postgres.startStandby(
      join(cluster.folder, `standby-${++standbys}`),
    )
    if (confirmed) await cluster.postgres.confirmCommits(true)
    let late: RunningTurn[] = []
    const [first] = await strikeMidStream(
      { ...stage, turns: count },
      {
        strike: () =>
          killAndPromote(stage, standby, () => {
            late = beginTurns(stage, count)
          }),
      },
    )
    if (first === undefined) throw new Error('there was no volley')
    await Promise.all(late.map(({ done }) => done))
    const strike = {
      ...first,
      histories: [...first.histories, ...late.map(({ history }) => history)],
    }
    lost += await countMissing(
      stage,
      strike.histories.flatMap(({ turnId, acknowledgedAt }) =>
        acknowledgedAt === undefined ? [] : [turnId],
      ),
    )
    return strike
  })
  return {
    strikes,
    figures: [
      {
        name: 'acknowledged turns lost',
        value: lost,
        unit: 'turns',
        ...(confirmed ? { atMost: 0 } : {}),
      },
    ],
  }
}

/** @param onFrozen when the standby hears nothing more and the primary still takes work */
async function killAndPromote(
  { cluster }: Stage,
  standby: PostgresServer,
  onFrozen: () => void,
): Promise<void> {
  await failOver(cluster.postgres, standby, {
    onFrozen,
    beforeDeath: () => cluster.postgresLine.cut(),
  })
  cluster.postgres = standby
  cluster.postgresLine.moveTo(standby.port)
  cluster.postgresLine.mend()
}

async function countMissing({ cluster }: Stage, turnIds: readonly string[]): Promise<number> {
  return withClient(cluster.databaseUrl(), async (client) => {
    const { rowCount } = await client.query('select from turns where id = any($1)', [turnIds])
    return turnIds.length - (rowCount ?? 0)
  })
}
