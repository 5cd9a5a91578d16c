import type { DataRequest } from '@brainlyx/chat-contract'
import { DataProgress } from './data-progress.tsx'

/** Sent by the browser itself: a file may be too large for a script to hold, and none may run. */
export function ImportSection({
  request,
  refused,
  busy,
}: {
  /** The newest import. */
  request: DataRequest | undefined
  /** Why a file was not taken: a code. */
  refused: string | null
  /** Something else is under way. */
  busy: boolean
}) {
  return (
    <section className="data-section" aria-labelledby="import-title">
      <h2 id="import-title">Bring chats back</h2>
      <p>
        The chats of an export of yours, from here or from another installation. Chats that are here
        already stay as they are.
      </p>
      {refused !== null && (
        <p className="form-problem" role="alert">
          {REFUSALS[refused] ?? 'The file could not be taken. Try again.'}
        </p>
      )}
      <form method="post" action="/api/v1/imports" encType="multipart/form-data" className="form">
        <label className="field">
          <span>Export (a ZIP file)</span>
          <input name="file" type="file" accept=".zip,application/zip" required />
        </label>
        <button className="button" disabled={busy}>
          Import
        </button>
      </form>
      {request !== undefined && <ImportState request={request} />}
    </section>
  )
}

function ImportState({
  request: { state, done, total, problem, detail },
}: {
  request: DataRequest
}) {
  if (state === 'completed') {
    return <output>{done === 1 ? 'One chat was' : `${done} chats were`} read.</output>
  }
  if (state === 'failed') {
    return (
      <p className="form-problem" role="alert">
        {PROBLEMS[problem ?? ''] ?? 'The import failed. Try again.'}
        {detail !== null && ` (${detail})`}
      </p>
    )
  }
  return <DataProgress label="Your chats are being imported." done={done} total={total} />
}

const REFUSALS: Readonly<Record<string, string>> = {
  'body-too-large': 'The file is too large: 512 MB at most.',
  'no-file': 'Choose the ZIP file of an export first.',
}

const PROBLEMS: Readonly<Record<string, string>> = {
  'not-an-export': 'This file is no export of Brainlyx. Nothing was imported.',
  'export-too-large': 'There is too much in this file. Nothing was imported.',
  'export-not-valid': 'Something in this file is not as it must be. Nothing was imported.',
}
