import { join } from 'node:path'
import { createDatabase, createUser, newId, startTurn } from '@brainlyx/db'
import { NO_PRICE } from '@brainlyx/db/testing'
import type { Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { migrate } from '../../../local/services/migrate.mjs'
import { failOver } from '../../chaos/cluster/fail-over.ts'
import { withClient } from '@brainlyx/testkit/postgres-server'
import { startServer } from '../server/start-server.ts'

export interface FailoverOutcome {
  /** Turns that the primary said it had, and those of them that the promoted standby has not. */
  readonly acknowledged: number
  readonly lost: number
  /** Of the acknowledged ones, those that were so after the standby had heard the last of it. */
  readonly acknowledgedWhileFrozen: number
}

const WRITERS = 8
const WARM_TURNS = 200
const DATABASE = 'brainlyx'

/**
 * Turns are begun as fast as they are acknowledged, the standby's line is frozen, the primary goes on for a moment and
 * is killed, and the standby becomes the primary.
 * @param options.confirmed whether a commit waits for the standby
 */
export async function countLost(options: { confirmed: boolean }): Promise<FailoverOutcome> {
  await using releases = new AsyncDisposableStack()
  const data = await startServer(releases, { settings: {} })
  const { server: primary } = data
  const url = data.login('brainlyx_app', DATABASE)
  await migrate({ owner: data.login('brainlyx_owner', DATABASE), app: url })
  const folder = join(data.folder, 'standby')
  const standby = await primary.startStandby(folder)
  await primary.confirmCommits(options.confirmed)

  const db = createDatabase({ url, name: 'bench-failover', poolSize: WRITERS })
  releases.defer(() => db.destroy())
  const acknowledged: string[] = []
  let acknowledgedBefore = 0
  const isWarm = Promise.withResolvers<void>()
  const writing = writeTurns(db, (turnId) => {
    acknowledged.push(turnId)
    if (acknowledged.length === WARM_TURNS) isWarm.resolve()
  })
  await Promise.race([isWarm.promise, writing])
  await failOver(primary, standby, {
    onFrozen: () => {
      acknowledgedBefore = acknowledged.length
    },
    beforeDeath: () => {},
  })
  await writing
  const kept = await withClient(standby.url(DATABASE), async (client) => {
    const { rowCount } = await client.query('select from turns where id = any($1)', [acknowledged])
    return rowCount ?? 0
  })
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged.length - kept,
    acknowledgedWhileFrozen: acknowledged.length - acknowledgedBefore,
  }
}

/** Until the server is gone. */
async function writeTurns(
  db: Kysely<Database>,
  onAcknowledged: (turnId: string) => void,
): Promise<void> {
  const { id: userId } = await db
    .transaction()
    .execute((transaction) => createUser(transaction, { kind: 'guest', authUserId: newId() }))
  const write = async (): Promise<void> => {
    for (;;) {
      const turnId = newId()
      try {
        await startTurn(db, {
          turnId,
          userId,
          chatId: newId(),
          newChat: true,
          owner: 'bench',
          requestHash: Buffer.alloc(32),
          userMessageId: newId(),
          parts: [{ type: 'text', text: 'Is anybody there?' }],
          model: 'auto',
          price: NO_PRICE,
        })
      } catch {
        // Whatever it says, it was not acknowledged; the end of the server is the end of all of them.
        return
      }
      onAcknowledged(turnId)
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
}
