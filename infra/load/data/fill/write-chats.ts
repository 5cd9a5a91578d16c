import type pg from 'pg'
import type { ChatPlan } from '../shape/plan-chats.ts'
import type { Random } from '../shape/random.ts'
import type { Vocabulary } from '../shape/vocabulary.ts'
import { writeTitle } from '../shape/write-text.ts'
import { copyInto } from './copy-into.ts'
import type { WrittenChat } from './turn-writer.ts'

/** The chats as their last turns left them, each with a title. */
export async function writeChats(
  client: pg.Client,
  written: {
    plan: ChatPlan
    userIds: readonly string[]
    chats: readonly (WrittenChat | undefined)[]
    texts: { vocabulary: Vocabulary; random: Random }
  },
): Promise<void> {
  const { plan, userIds, chats, texts } = written
  const sessions = copyInto(client, 'chat_sessions', [
    'id',
    'user_id',
    'title',
    'title_source',
    'last_message_id',
    'branched',
    'created_at',
    'updated_at',
  ])
  for (const [index, chat] of chats.entries()) {
    if (chat === undefined) continue
    const title = writeTitle(texts.vocabulary, texts.random)
    const userId = userIds[plan.owner[index] ?? 0] ?? ''
    const { id, answer, branched, createdAt, updatedAt } = chat
    sessions.row([id, userId, title, 'job', answer, branched ? 't' : 'f', createdAt, updatedAt])
    await sessions.hasRoom()
  }
  await sessions.end()
}
