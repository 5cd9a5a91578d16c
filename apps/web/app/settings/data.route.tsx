import { ACCOUNT_DELETION_PHRASE, CHATS_DELETION_PHRASE } from '@brainlyx/chat-contract'
import { data, redirect, useNavigation } from 'react-router'
import { ErrorPage } from '../errors/error-page.tsx'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/data.route.ts'
import { ConfirmedDeletion } from './confirmed-deletion.tsx'
import { DataProgress } from './data-progress.tsx'
import { ExportSection } from './export-section.tsx'
import { ImportSection } from './import-section.tsx'
import { useLookAgain } from './look-again.ts'

const PATH = '/settings/data'

export type YourData = typeof loader

export async function loader({ request, context }: Route.LoaderArgs) {
  const { chatApi } = context.get(pageRequest)
  const [{ requests }, { user }] = await Promise.all([
    chatApi.call('listDataRequests'),
    chatApi.call('getMe'),
  ])
  const isUnderWay = requests.some(({ state }) => state === 'waiting' || state === 'running')
  return {
    requests,
    isUnderWay,
    isMember: user?.kind === 'member',
    phrases: { chats: CHATS_DELETION_PHRASE, account: ACCOUNT_DELETION_PHRASE },
    refused: new URL(request.url).searchParams.get('refused'),
    now: Date.now(),
    lookAgainAt: isUnderWay ? PATH : null,
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const intent = textField(form, 'intent')
  // What was typed is judged by chat-api.
  const confirmation = textField(form, 'confirmation').trim() as never
  if (intent === 'delete-account') {
    const password = textField(form, 'password')
    const body = { confirmation, ...(password === '' ? {} : { password }) }
    const result = await chatApi.attempt('deleteAccount', { body })
    if (result.ok) {
      const { pathname, search } = new URL(result.value.progressPath, request.url)
      return redirect(`/account-deleted/${pathname.split('/').at(-1)}${search}`, 303)
    }
    return data({ intent, problem: result.problem }, { status: result.problem.status })
  }
  const result =
    intent === 'delete-chats'
      ? await chatApi.attempt('deleteChats', { body: { confirmation } })
      : await chatApi.attempt('startExport')
  if (result.ok) return redirect(PATH, 303)
  return data({ intent, problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Your data · Brainlyx' }]
}

export default function YourDataPage({ loaderData, actionData }: Route.ComponentProps) {
  const { requests, isUnderWay, isMember, phrases, now, refused } = loaderData
  const busy = useNavigation().formMethod === 'POST'
  useLookAgain(isUnderWay)
  const exports = requests.filter(({ kind }) => kind === 'export')
  const newestImport = requests.find(({ kind }) => kind === 'import')
  const deletion = requests.find(({ kind }) => kind === 'chats-deletion')
  const problemOf = (intent: string) =>
    actionData?.intent === intent ? actionData.problem : undefined
  const exportProblem = problemOf('export')
  return (
    <div className="page">
      <h1>Your data</h1>
      {exportProblem !== undefined && (
        <p className="form-problem" role="alert">
          {exportProblem.title} {exportProblem.detail}
        </p>
      )}
      <div className="data-sections">
        <ExportSection requests={exports} now={now} busy={busy || isUnderWay} />
        <ImportSection request={newestImport} refused={refused} busy={busy || isUnderWay} />
        <ConfirmedDeletion
          id="delete-chats"
          intent="delete-chats"
          title="Delete all chats"
          phrase={phrases.chats}
          action="Delete all chats"
          asksPassword={false}
          problem={problemOf('delete-chats')}
          busy={busy || isUnderWay}
        >
          <p>All your chats and exports are deleted for good. Your account stays.</p>
          {deletion !== undefined && (
            <DeletionState state={deletion.state} done={deletion.done} total={deletion.total} />
          )}
        </ConfirmedDeletion>
        <ConfirmedDeletion
          id="delete-account"
          intent="delete-account"
          title="Delete your account"
          phrase={phrases.account}
          action="Delete your account"
          asksPassword={isMember}
          problem={problemOf('delete-account')}
          busy={busy}
        >
          <p>
            You are signed out everywhere at once, and everything of yours is deleted for good:
            chats, exports and{' '}
            {isMember ? 'your name, address and password' : 'this guest’s sign-in'}.
          </p>
        </ConfirmedDeletion>
      </div>
    </div>
  )
}

function DeletionState({
  state,
  done,
  total,
}: {
  state: string
  done: number
  total: number | null
}) {
  if (state === 'completed') {
    return <output>{done === 1 ? 'One chat was' : `${done} chats were`} deleted.</output>
  }
  return <DataProgress label="Your chats are being deleted." done={done} total={total} />
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <div className="page page-centred">
      <ErrorPage error={error} />
    </div>
  )
}
