import type {
  AccountDeletion,
  DataRequest,
  DataRequestList,
  RouteName,
} from '@brainlyx/chat-contract'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Owner, PathValues, RouteEntry } from '../route-entry.ts'

export const rightsEntries = {
  listDataRequests: {},
  startExport: {},
  startImport: { upload: { type: 'application/zip', bytes: Buffer.from('PK\u0005\u0006') } },
  // The link is signed for its user, so to another it is no link.
  downloadExport: { arrange: finishedExport, strangers: 403 },
  deleteChats: { body: { confirmation: 'delete all my chats' } },
  deleteAccount: { body: { confirmation: 'delete my account' } },
  // Whoever asks has no account any more: the path is the right to ask.
  getAccountDeletion: { owner: 'guest', arrange: closedAccount, strangers: 'pass' },
} as const satisfies Partial<Record<RouteName, RouteEntry>>

/** What the worker does with an export, so far as a download sees it. */
async function finishedExport({ browser, installation }: Owner): Promise<PathValues> {
  const { id } = (await (await browser.post('/api/v1/exports')).json()) as DataRequest
  const file = `exports/${id}/file.zip`
  const bytes = Buffer.from('PK, or so it says')
  const path = join(installation.directory, file)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  await installation.admin
    .updateTable('dataRequests')
    .set({
      state: 'completed',
      file,
      sizeBytes: BigInt(bytes.length),
      endedAt: new Date(),
      expiresAt: new Date(Date.now() + 3_600_000),
    })
    .where('id', '=', id)
    .execute()
  const { requests } = await browser.json<DataRequestList>('/api/v1/data-requests')
  return { params: { requestId: id }, query: queryOf(requests[0]!.download!.path) }
}

async function closedAccount({ api }: Owner): Promise<PathValues> {
  const leaving = api.browser()
  await leaving.post('/api/v1/sign-in/guest')
  const closed = await leaving.post('/api/v1/account/deletion', {
    confirmation: 'delete my account',
  })
  const { progressPath } = (await closed.json()) as AccountDeletion
  return {
    params: { requestId: progressPath.split('?')[0]!.split('/').at(-1)! },
    query: queryOf(progressPath),
  }
}

const queryOf = (path: string): string => path.slice(path.indexOf('?'))
