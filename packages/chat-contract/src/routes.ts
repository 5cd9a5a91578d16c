import { apiKeyRoutes } from './routes/api-key.routes.ts'
import { budgetRoutes } from './routes/budget.routes.ts'
import { auditRoutes } from './routes/audit.routes.ts'
import { accountRoutes } from './routes/account.routes.ts'
import { administrationRoutes } from './routes/administration.routes.ts'
import { announcementRoutes } from './routes/announcement.routes.ts'
import { chatRoutes } from './routes/chat.routes.ts'
import { limitsRoutes } from './routes/limits.routes.ts'
import { providerRoutes } from './routes/provider.routes.ts'
import { rightsRoutes } from './routes/rights.routes.ts'
import { sessionRoutes } from './routes/session.routes.ts'
import { signInRoutes } from './routes/sign-in.routes.ts'
import { turnRoutes } from './routes/turn.routes.ts'
import type { Route } from './routes/route.ts'

export { API_PREFIX } from './routes/route.ts'
export type { Criticality, Route } from './routes/route.ts'

/** Every route of the public API. The OpenAPI document and the server's own table are made from this. */
export const routes = {
  ...sessionRoutes,
  ...signInRoutes,
  ...accountRoutes,
  ...chatRoutes,
  ...turnRoutes,
  ...rightsRoutes,
  ...limitsRoutes,
  ...apiKeyRoutes,
  ...providerRoutes,
  ...budgetRoutes,
  ...auditRoutes,
  ...announcementRoutes,
  ...administrationRoutes,
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof routes
