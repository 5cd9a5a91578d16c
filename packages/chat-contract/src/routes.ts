import { administrationRoutes } from './routes/administration.routes.ts'
import { announcementRoutes } from './routes/announcement.routes.ts'
import { chatRoutes } from './routes/chat.routes.ts'
import { providerRoutes } from './routes/provider.routes.ts'
import { rightsRoutes } from './routes/rights.routes.ts'
import { sessionRoutes } from './routes/session.routes.ts'
import { signInRoutes } from './routes/sign-in.routes.ts'
import { turnRoutes } from './routes/turn.routes.ts'
import type { Route } from './routes/route.ts'

export { API_PREFIX } from './routes/route.ts'
export type { Route } from './routes/route.ts'

/** Every route of the public API. The OpenAPI document and the server's own table are made from this. */
export const routes = {
  ...sessionRoutes,
  ...signInRoutes,
  ...chatRoutes,
  ...turnRoutes,
  ...rightsRoutes,
  ...providerRoutes,
  ...announcementRoutes,
  ...administrationRoutes,
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof routes
