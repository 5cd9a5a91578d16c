import type { ReactNode } from 'react'
import { useContext } from 'react'
import { Links, Meta, Outlet, Scripts, useRouteLoaderData } from 'react-router'
import type { Route } from './+types/root.ts'
import type { DeletedAccount } from './account/deleted.route.tsx'
import type { ChatData } from './conversation/chat.route.tsx'
import type { ConversationData } from './conversation/conversation.route.tsx'
import { ErrorPage } from './errors/error-page.tsx'
import { TraceIdContext } from './errors/trace-id.ts'
import { passCookies } from './request/pass-cookies.server.ts'
import type { YourData } from './settings/data.route.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/shell.css'
import './styles/conversation.css'
import './styles/markdown.css'
import './styles/pages.css'
import { readTheme } from './theme/theme-cookie.ts'

export const middleware: Route.MiddlewareFunction[] = [passCookies]

export function loader({ request }: Route.LoaderArgs) {
  return { theme: readTheme(request.headers.get('cookie')) }
}

export function Layout({ children }: { children: ReactNode }) {
  const theme = useRouteLoaderData<typeof loader>('root')?.theme ?? 'system'
  const traceId = useContext(TraceIdContext)
  return (
    <html lang="en" data-theme={theme} data-trace-id={traceId} suppressHydrationWarning>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={theme === 'system' ? 'light dark' : theme} />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <RefreshWithoutScript />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <Scripts />
      </body>
    </html>
  )
}

/** Without scripts a page looks again by itself whose answer is still being written, or whose export is. */
function RefreshWithoutScript() {
  const chat = useRouteLoaderData<ChatData>('conversation/chat.route')
  const refused = useRouteLoaderData<ConversationData>('conversation/conversation.route')?.refused
  const data = useRouteLoaderData<YourData>('settings/data.route')
  const deletion = useRouteLoaderData<DeletedAccount>('account/deleted.route')
  const lookAgainAt =
    refused == null
      ? (chat?.lookAgainAt ?? data?.lookAgainAt ?? deletion?.lookAgainAt ?? null)
      : null
  if (lookAgainAt === null) return null
  return (
    <noscript>
      <meta httpEquiv="refresh" content={`2; url=${lookAgainAt}`} />
    </noscript>
  )
}

export default function Root() {
  return <Outlet />
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <main className="page page-centred">
      <ErrorPage error={error} />
    </main>
  )
}
