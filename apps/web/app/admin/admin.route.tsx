import type { Problem } from '@brainlyx/chat-contract'
import { useEffect, useRef } from 'react'
import { NavLink, Outlet, useLocation } from 'react-router'
import { ErrorPage } from '../errors/error-page.tsx'
import { failPage } from '../errors/fail-page.ts'
import { pageRequest } from '../request/page-request.server.ts'
import '../styles/admin.css'
import type { Route } from './+types/admin.route.ts'
import { adminSections } from './admin-sections.ts'

/** Says who may not be here before a section asks for anything; chat-api refuses them once more, route by route. */
export async function loader({ context }: Route.LoaderArgs) {
  const { chatApi, traceId } = context.get(pageRequest)
  const { user } = await chatApi.call('getMe')
  if (user?.role === 'admin') return null
  return failPage(...refusal(user === null, traceId))
}

export default function Admin() {
  const sections = useRef<HTMLElement>(null)
  const shown = useLocation().pathname.split('/', 3).join('/')
  // On a phone the sections are wider than the screen, and the one that is shown may stand outside.
  useEffect(() => {
    const link = sections.current?.querySelector(`a[href="${shown}"]`)
    link?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [shown])
  return (
    <div className="page admin-page">
      <nav ref={sections} className="admin-nav" aria-label="Administration">
        <ul className="admin-sections">
          {adminSections.map(({ path, name }) => (
            <li key={path}>
              <NavLink to={path} end={path === '/admin'}>
                {name}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <Outlet />
    </div>
  )
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <div className="page page-centred">
      <ErrorPage error={error} />
    </div>
  )
}

function refusal(isUnknown: boolean, traceId: string): [number, Problem] {
  const [status, code, title] = isUnknown
    ? [401, 'sign-in-required', 'Sign in first.']
    : [403, 'administrators-only', 'This is for administrators.']
  const type = `urn:brainlyx:problem:${code}`
  return [status, { type, title, status, code, traceId, retryable: false, retryAfterMs: null }]
}
