import type { DataRequest } from '@brainlyx/chat-contract'
import { Form } from 'react-router'
import { DataProgress } from './data-progress.tsx'

export function ExportSection({
  requests,
  now,
  busy,
}: {
  requests: readonly DataRequest[]
  now: number
  /** Something else is under way. */
  busy: boolean
}) {
  return (
    <section className="data-section" aria-labelledby="export-title">
      <h2 id="export-title">Take it with you</h2>
      <p>
        One file with all your chats, to read and for other programs, and with what you used. Making
        it takes a while if there is much; you can leave this page meanwhile.
      </p>
      <Form method="post" className="form">
        <button className="button button-primary" name="intent" value="export" disabled={busy}>
          Export everything
        </button>
      </Form>
      {requests.length > 0 && (
        <ul className="data-requests" aria-label="Exports">
          {requests.map((request) => (
            <li key={request.id} className="data-request">
              <Export request={request} now={now} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Export({ request, now }: { request: DataRequest; now: number }) {
  const { state, done, total, createdAt, download } = request
  const day = new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ')
  if (state === 'failed') {
    return <p>The export of {day} UTC could not be made. Try again; nothing was lost.</p>
  }
  if (download === null) {
    return <DataProgress label="Your export is being made." done={done} total={total} />
  }
  const days = Math.max(0, Math.ceil((Date.parse(download.expiresAt) - now) / DAY_MS))
  return (
    <>
      <p>
        Export of {day} UTC, {sizeOf(download.sizeBytes)}
      </p>
      <a className="button" href={download.path} download>
        Download
      </a>
      <p className="data-note">
        It is kept for {days === 1 ? 'one more day' : `${days} more days`}, for you alone.
      </p>
    </>
  )
}

const DAY_MS = 24 * 60 * 60 * 1000

function sizeOf(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
