import { Link } from 'react-router'
import { ErrorPage } from '../errors/error-page.tsx'
import { pageRequest } from '../request/page-request.server.ts'
import '../styles/limits.css'
import type { Route } from './+types/limits.route.ts'
import { LimitMeter } from './limit-meter.tsx'
import { StandingSection } from './standing-section.tsx'
import { fileSize } from './words.ts'

export async function loader({ context }: Route.LoaderArgs) {
  const { chatApi } = context.get(pageRequest)
  const [limits, { user }] = await Promise.all([chatApi.call('getLimits'), chatApi.call('getMe')])
  return { limits, isGuest: user?.kind !== 'member', now: Date.now() }
}

export function meta() {
  return [{ title: 'Limits · Brainlyx' }]
}

export default function LimitsPage({ loaderData }: Route.ComponentProps) {
  const { limits, isGuest, now } = loaderData
  const { tier, standing, uploadBytes, chatIdleDays, models } = limits
  return (
    <div className="page">
      <h1>Limits</h1>
      <p>
        Your tier is <strong>{tier}</strong>. It says how much of everything there is for you.
      </p>
      {isGuest && (
        <p className="limit-note">
          {limits.sharedAddress
            ? 'Guests at one address share these limits. '
            : 'These are the limits of a guest. '}
          <Link to="/sign-up">An account</Link> has limits of its own.
        </p>
      )}
      {limits.approximate && (
        <output className="limit-note">
          The service that counts is away at the moment: the numbers are those of one server.
        </output>
      )}
      <ul className="limits">
        {limits.limits.map((limit) => (
          <li key={limit.name}>
            <LimitMeter limit={limit} now={now} />
          </li>
        ))}
      </ul>
      <StandingSection standing={standing} isGuest={isGuest} />
      <section className="limit-section" aria-labelledby="limits-other">
        <h2 id="limits-other">And besides</h2>
        <dl className="limit-facts">
          <dt>Models</dt>
          <dd>{models === null ? 'All of them' : models.join(', ')}</dd>
          <dt>A file that you send</dt>
          <dd>At most {fileSize(uploadBytes)}</dd>
          <dt>Chats</dt>
          <dd>
            {chatIdleDays === null
              ? 'Kept until you delete them'
              : `Deleted after ${chatIdleDays} days in which nothing happens in them`}
          </dd>
        </dl>
      </section>
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
