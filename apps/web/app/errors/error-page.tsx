import { useContext } from 'react'
import { isRouteErrorResponse, useLocation } from 'react-router'
import { Brand } from '../shell/brand.tsx'
import { describeError } from './describe-error.ts'
import { TraceIdContext } from './trace-id.ts'

/** What went wrong in words, what to do, and the id to quote. */
export function ErrorPage({ error }: { error: unknown }) {
  const pageTraceId = useContext(TraceIdContext)
  const location = useLocation()
  const thrown: unknown = isRouteErrorResponse(error) ? error.data : undefined
  const status = isRouteErrorResponse(error) ? error.status : 500
  const shown = describeError(status, thrown)
  const traceId = shown.traceId ?? pageTraceId
  return (
    <section className="problem-page">
      <title>{`${shown.title} · Brainlyx`}</title>
      <Brand />
      <p className="problem-status">{status}</p>
      <h1>{shown.title}</h1>
      {shown.detail !== undefined && <p>{shown.detail}</p>}
      <p className="problem-actions">
        {shown.signIn && (
          <a className="button button-primary" href="/sign-in">
            Sign in
          </a>
        )}
        {shown.retryable && (
          <a className="button button-primary" href={location.pathname + location.search}>
            Try again
          </a>
        )}
        <a className="button" href="/">
          Start a new chat
        </a>
      </p>
      {traceId !== '' && (
        <p className="problem-trace">
          Trace <code>{traceId}</code>
        </p>
      )}
    </section>
  )
}
