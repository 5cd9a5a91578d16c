import type { Kysely } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'
import { listWaitingTurns } from './turn.repository.ts'

/** The user's turns that run or wait: of each chat those that wait first, so that none begins when another is stopped. */
export async function listUnfinishedTurns(db: Kysely<Database>, userId: string): Promise<string[]> {
  const chats = await asUser(db, userId)
    .selectFrom('chatSessions')
    .select(['id', 'activeTurnId'])
    .where('userId', '=', userId)
    .where('activeTurnId', 'is not', null)
    .execute()
  const turnIds: string[] = []
  for (const { id: chatId, activeTurnId } of chats) {
    const waiting = await listWaitingTurns(db, { userId, chatId, activeTurnId })
    turnIds.push(...waiting.map((turn) => turn.id), activeTurnId!)
  }
  return turnIds
}
