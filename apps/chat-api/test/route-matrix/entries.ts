import { API_PREFIX, routes } from '@brainlyx/chat-contract'
import type { Route, RouteName } from '@brainlyx/chat-contract'
import { apiKeyEntries } from './entries/api-key.entries.ts'
import { budgetEntries } from './entries/budget.entries.ts'
import { auditEntries } from './entries/audit.entries.ts'
import { accountEntries } from './entries/account.entries.ts'
import { administrationEntries } from './entries/administration.entries.ts'
import { announcementEntries } from './entries/announcement.entries.ts'
import { chatEntries } from './entries/chat.entries.ts'
import { limitsEntries } from './entries/limits.entries.ts'
import { providerEntries } from './entries/provider.entries.ts'
import { rightsEntries } from './entries/rights.entries.ts'
import { sessionEntries } from './entries/session.entries.ts'
import { signInEntries } from './entries/sign-in.entries.ts'
import { turnEntries } from './entries/turn.entries.ts'
import type { MatrixRoute, RouteEntry } from './route-entry.ts'

/**
 * One line for each route of the contract; a missing one does not compile. To add a route, add `{}` to its area, and
 * a body where it takes one; to add a kind of id, add its maker to `path-values.ts`.
 */
export const entries: Readonly<Record<RouteName, RouteEntry>> = {
  ...sessionEntries,
  ...signInEntries,
  ...accountEntries,
  ...chatEntries,
  ...turnEntries,
  ...rightsEntries,
  ...limitsEntries,
  ...apiKeyEntries,
  ...providerEntries,
  ...budgetEntries,
  ...auditEntries,
  ...announcementEntries,
  ...administrationEntries,
}

/** Routes of the live table that are not of the contract. */
const otherRoutes: Readonly<Record<string, MatrixRoute>> = {
  openApiDocument: {
    method: 'GET',
    path: `${API_PREFIX}/openapi.json`,
    access: 'public',
    status: 200,
    looksAtNobody: true,
  },
  documentationPage: {
    method: 'GET',
    path: `${API_PREFIX}/docs`,
    access: 'public',
    status: 200,
    looksAtNobody: true,
  },
}

/** All routes with their names, the contract’s and the others. */
export const matrixRoutes: readonly (readonly [string, MatrixRoute])[] = [
  ...Object.entries<Route>(routes).map(
    ([name, { method, path, access, status }]): [string, MatrixRoute] => [
      name,
      { method, path: API_PREFIX + path, access, status, ...entries[name as RouteName] },
    ],
  ),
  ...Object.entries(otherRoutes),
]
