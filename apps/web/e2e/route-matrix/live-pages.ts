import type { RouteConfigEntry } from '@react-router/dev/routes'
import routes from '../../app/routes.ts'

/** Each address that the pages' own table answers, as it is written there: `/admin/users/:userId`. */
export function livePages(): string[] {
  return [...new Set(routes.flatMap((entry) => addressesOf(entry, '')))].toSorted()
}

function addressesOf(entry: RouteConfigEntry, above: string): string[] {
  const address = entry.path === undefined ? above : `${above}/${entry.path}`
  const below = (entry.children ?? []).flatMap((child) => addressesOf(child, address))
  // A layout has no address of its own; what is below it has.
  const isPage = entry.index === true || entry.path !== undefined
  return isPage ? [address === '' ? '/' : address, ...below] : below
}
