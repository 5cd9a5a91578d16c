import type { DeploymentState } from '@brainlyx/router-contract'
import { z } from 'zod'
import type { Coordination } from '../coordination/coordination.ts'
import { StateChange, isNewer, readChanges, storeChange } from './stored-states.ts'

/**
 * Which deployments take requests: `active` ones do; `draining` ones take no new ones and finish what runs; `disabled`
 * ones do the same and are in no list of models.
 */
export interface DeploymentStates {
  /** In memory, for every request. */
  state(deploymentId: string): DeploymentState
  /** What made it so; undefined: nobody has changed it. */
  lastChange(deploymentId: string): StateChange | undefined
  /** @returns whom it holds for: without Redis this replica alone, until it ends or Redis is back */
  set(
    deploymentId: string,
    state: DeploymentState,
    administrator: { readonly by: string },
  ): Promise<'all-replicas' | 'this-replica'>
  /** Those that are not active. */
  list(): { readonly id: string; readonly change: StateChange }[]
  close(): void
}

const TOPIC = 'deployment-states'
const Message = z.object({ id: z.string(), change: StateChange })

/**
 * Kept in memory and shared by replicas: a change is told to the others at once and stored in Redis, where a replica
 * that starts or was cut off reads it. The last change wins. Since messages can be lost, all are compared from time to
 * time, in both directions.
 * @param wildcardOf the id of the wildcard that an id not listed by itself is of: what holds for it holds for those
 */
export function createDeploymentStates(options: {
  coordination: Coordination
  wildcardOf: (deploymentId: string) => string | undefined
  /** In ms since 1970. */
  wallClockMs?: () => number
  compareEveryMs?: number
}): DeploymentStates {
  const { coordination, wildcardOf, wallClockMs = Date.now, compareEveryMs = 5_000 } = options
  const changes = new Map<string, StateChange>()
  const take = (id: string, change: StateChange): void => {
    if (isNewer(change, changes.get(id))) changes.set(id, change)
  }
  const isActive = (change: StateChange | undefined): boolean =>
    change === undefined || change.state === 'active'

  const lastChange = (id: string): StateChange | undefined => {
    if (changes.size === 0) return undefined
    const own = changes.get(id)
    if (!isActive(own)) return own
    const wildcard = wildcardOf(id)
    const inherited = wildcard === undefined ? undefined : changes.get(wildcard)
    return isActive(inherited) ? own : inherited
  }

  const store = async (id: string, change: StateChange): Promise<boolean> => {
    const { redis } = coordination
    if (redis === undefined) return false
    return storeChange(redis, id, change).then(
      () => true,
      () => false,
    )
  }
  const compare = async (): Promise<void> => {
    const { redis } = coordination
    const stored = redis && (await readChanges(redis).catch(() => undefined))
    if (stored === undefined) return
    for (const [id, change] of stored) take(id, change)
    for (const [id, change] of changes) {
      if (isNewer(change, stored.get(id))) await store(id, change)
    }
  }

  const ends = [
    coordination.subscribe(TOPIC, (message) => {
      const told = Message.safeParse(message)
      if (told.success) take(told.data.id, told.data.change)
    }),
    coordination.onConnect(() => void compare()),
  ]
  const timer = setInterval(() => void compare(), compareEveryMs).unref()

  return {
    state: (id) => lastChange(id)?.state ?? 'active',
    lastChange,
    async set(id, state, { by }) {
      const known = changes.get(id)
      const atMs = Math.max(wallClockMs(), (known?.atMs ?? 0) + 1)
      const change = { state, by, atMs, replica: coordination.replicaId }
      changes.set(id, change)
      coordination.publish(TOPIC, { id, change })
      return (await store(id, change)) ? 'all-replicas' : 'this-replica'
    },
    list: () => [...changes].flatMap(([id, change]) => (isActive(change) ? [] : [{ id, change }])),
    close() {
      clearInterval(timer)
      for (const end of ends) end()
    },
  }
}
