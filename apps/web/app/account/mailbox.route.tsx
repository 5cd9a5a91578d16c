import { Fragment } from 'react'
import { Link } from 'react-router'
import { ErrorPage } from '../errors/error-page.tsx'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/mailbox.route.ts'

export function loader({ context }: Route.LoaderArgs) {
  return context.get(pageRequest).chatApi.call('listMailbox')
}

export function meta() {
  return [{ title: 'Mailbox · Brainlyx' }]
}

/** What would have been sent, where there is no mail server. */
export default function Mailbox({ loaderData: { mails } }: Route.ComponentProps) {
  return (
    <main className="page">
      <h1>Mailbox</h1>
      <p>
        This computer sends no mail. What it would have sent is here, for a day, for everybody who
        uses it. <Link to="/">Back to the chats</Link>
      </p>
      {mails.length === 0 && (
        <p>
          Nothing yet. <a href="/mailbox">Look again</a>
        </p>
      )}
      <ul className="data-sections" aria-label="Mails, the newest first">
        {mails.map(({ id, address, subject, body, createdAt }) => (
          <li key={id} className="data-section">
            <h2>{subject}</h2>
            <p className="data-note">
              To {address}, {createdAt.slice(0, 16).replace('T', ' ')} UTC
            </p>
            {body
              .trim()
              .split('\n\n')
              .map((paragraph) => (
                <p key={paragraph} className="mail-text">
                  <WithLinks text={paragraph} />
                </p>
              ))}
          </li>
        ))}
      </ul>
    </main>
  )
}

/** A mail program makes links of addresses; these lead to this site, whatever it is called at the moment. */
function WithLinks({ text }: { text: string }) {
  if (!URL.canParse(text)) return <Fragment>{text}</Fragment>
  const { pathname, search } = new URL(text)
  return <a href={`${pathname}${search}`}>{text}</a>
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <main className="page page-centred">
      <ErrorPage error={error} />
    </main>
  )
}
