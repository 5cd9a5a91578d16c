import { Link } from 'react-router'
import { ErrorPage } from '../errors/error-page.tsx'
import { pageRequest } from '../request/page-request.server.ts'
import { DataProgress } from '../settings/data-progress.tsx'
import { useLookAgain } from '../settings/look-again.ts'
import type { Route } from './+types/deleted.route.ts'
import { AccountPage } from './account-page.tsx'

export type DeletedAccount = typeof loader

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const { pathname, search, searchParams } = new URL(request.url)
  const { state, done, total } = await context.get(pageRequest).chatApi.call('getAccountDeletion', {
    params,
    query: {
      expires: searchParams.get('expires') ?? '',
      signature: searchParams.get('signature') ?? '',
    },
  })
  const isUnderWay = state !== 'completed'
  return { isUnderWay, done, total, lookAgainAt: isUnderWay ? `${pathname}${search}` : null }
}

export function meta() {
  return [{ title: 'Account deleted · Brainlyx' }]
}

/** For somebody who is nobody here any more: the link itself says whose deletion it is. */
export default function Deleted({ loaderData: { isUnderWay, done, total } }: Route.ComponentProps) {
  useLookAgain(isUnderWay)
  return (
    <AccountPage
      title={isUnderWay ? 'Your account is closed' : 'Your account is deleted'}
      lead={
        isUnderWay
          ? 'Nobody can sign in to it any more. What is left of it is being deleted; you need not wait for it.'
          : 'Nothing of it is left here.'
      }
    >
      {isUnderWay && <DataProgress label="Being deleted." done={done} total={total} />}
      <p>
        <Link to="/">Back to the beginning</Link>
      </p>
    </AccountPage>
  )
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <main className="page page-centred">
      <ErrorPage error={error} />
    </main>
  )
}
