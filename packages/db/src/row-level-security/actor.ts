import { SYSTEM_ROLE } from './system-access.ts'
import type { SystemName } from './system-access.ts'

/** For whom a statement runs; what the policies go by. */
export type Actor = { readonly userId: string } | { readonly system: SystemName }

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @throws {RangeError} where it is no UUID, which is what makes it safe within a statement's text */
export function userActor(userId: string): Actor {
  if (!UUID.test(userId))
    throw new RangeError(`a user's id is a UUID, not ${JSON.stringify(userId)}`)
  return { userId }
}

export function isSameActor(one: Actor | undefined, other: Actor | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  if ('userId' in one) return 'userId' in other && one.userId === other.userId
  return 'system' in other && one.system === other.system
}

/**
 * Says it to Postgres until the transaction ends. Literals instead of parameters: SET takes none, and `set_config`
 * would have to be planned. Where a user is set, the policies do not look at the system.
 * @param before for whom the transaction ran so far; `unknown`: perhaps for the system
 */
export function actAs(actor: Actor | undefined, before?: Actor | 'unknown'): string {
  if (actor === undefined) {
    return "set local role none; set local brainlyx.user_id = ''; set local brainlyx.system = ''"
  }
  if ('system' in actor) {
    return `set local role ${SYSTEM_ROLE}; set local brainlyx.user_id = ''; set local brainlyx.system = '${actor.system}'`
  }
  const user = `set local brainlyx.user_id = '${actor.userId}'`
  const isOwnRole = before === undefined || (before !== 'unknown' && 'userId' in before)
  return isOwnRole ? user : `set local role none; ${user}`
}
