import type { Deployment } from '../select/deployment.ts'
import type { RoutingTable, Wildcard } from '../select/routing-table.ts'

/** By its id; one that a wildcard makes, or the wildcard itself, is found too. */
export function findDeployment(table: RoutingTable, id: string): Deployment | undefined {
  const wildcard = wildcardFor(table, id)
  return table.deployments.get(id) ?? wildcard?.at(id.slice(wildcard.prefix.length))
}

/** The id of the wildcard that makes the deployment of this id; undefined for those that are listed by themselves. */
export function wildcardIdOf(table: RoutingTable, id: string): string | undefined {
  if (table.deployments.has(id)) return undefined
  const wildcard = wildcardFor(table, id)
  return wildcard === undefined ? undefined : `${wildcard.prefix}*`
}

function wildcardFor(table: RoutingTable, id: string): Wildcard | undefined {
  return table.wildcards.find(({ prefix }) => id.startsWith(prefix) && id.length > prefix.length)
}
