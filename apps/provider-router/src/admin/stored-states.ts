import { DeploymentState } from '@brainlyx/router-contract'
import type { Redis } from 'ioredis'
import { z } from 'zod'

/** The last change of one deployment's state, as replicas tell it each other. */
export const StateChange = z.object({
  state: DeploymentState,
  /** Who changed it, for people. */
  by: z.string(),
  /**
   * When, in ms since 1970 by the clock of the replica that was told, and later than every change that it knew: of two
   * administrators the one who saw the other's change wins, whatever their replicas' clocks say.
   */
  atMs: z.number(),
  /** That replica: decides between two changes of the same time. */
  replica: z.string(),
})
export type StateChange = z.infer<typeof StateChange>

export function isNewer(change: StateChange, than: StateChange | undefined): boolean {
  if (than === undefined || change.atMs !== than.atMs) return change.atMs > (than?.atMs ?? -1)
  return change.replica > than.replica
}

const HASH = 'router:deployment-states'

/** Keeps what is newer; the rule is that of `isNewer`. */
const STORE = `
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  local old, new = cjson.decode(known), cjson.decode(ARGV[2])
  if old.atMs > new.atMs or (old.atMs == new.atMs and old.replica >= new.replica) then return end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
`

export async function storeChange(redis: Redis, id: string, change: StateChange): Promise<void> {
  await redis.eval(STORE, 1, HASH, id, JSON.stringify(change))
}

/** All that are stored and readable, by the deployment's id. */
export async function readChanges(redis: Redis): Promise<Map<string, StateChange>> {
  const changes = new Map<string, StateChange>()
  for (const [id, text] of Object.entries(await redis.hgetall(HASH))) {
    const change = StateChange.safeParse(parseJson(text))
    if (change.success) changes.set(id, change.data)
  }
  return changes
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
