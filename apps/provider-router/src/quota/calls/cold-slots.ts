/** How long Redis counts what a replica said: a dead one's slots are free again after this. */
export const SLOTS_MS = 3_000

/**
 * How many calls a replica may start before it has heard anything of a scope: a quarter of its fair share. Redis keeps
 * as much free for each replica that holds less, so that the limit holds all the same. It cannot where the limit is
 * under four calls a replica; that may be exceeded by one call of each.
 */
export function coldSlots(limit: number, replicas: number): number {
  return replicas === 1 ? limit : Math.max(1, Math.floor(limit / 4 / replicas))
}
