import { newId } from '@brainlyx/db'
import type pg from 'pg'
import type { ChatPlan } from '../shape/plan-chats.ts'
import { copyInto } from './copy-into.ts'

/** Half of them are guests. @returns their ids, in the plan's order */
export async function writeUsers(client: pg.Client, plan: ChatPlan): Promise<string[]> {
  const users = copyInto(client, 'users', [
    'id',
    'kind',
    'name',
    'email',
    'created_at',
    'updated_at',
  ])
  const ids: string[] = []
  for (const [index, joinedAt] of plan.joinedAt.entries()) {
    const id = newId(joinedAt)
    const isMember = index % 2 === 0
    const joined = new Date(joinedAt).toISOString()
    users.row([
      id,
      isMember ? 'member' : 'guest',
      isMember ? `User ${index}` : null,
      isMember ? `user-${index}@example.com` : null,
      joined,
      joined,
    ])
    ids.push(id)
    await users.hasRoom()
  }
  await users.end()
  const identities = copyInto(client, 'auth_identities', ['auth_user_id', 'user_id'])
  for (const id of ids) {
    identities.row([newId(), id])
    await identities.hasRoom()
  }
  await identities.end()
  return ids
}
