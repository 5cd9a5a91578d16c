import { redirect } from 'react-router'
import { ErrorPage } from '../errors/error-page.tsx'
import { textField } from '../request/form-field.ts'
import { localPath } from '../request/local-path.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/chat-options.route.ts'
import { ChatOptions } from './chat-options.tsx'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { chatApi } = context.get(pageRequest)
  return { chat: await chatApi.call('getChat', { params }) }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const from = localPath(form.get('from'))
  if (form.get('intent') === 'delete') {
    await chatApi.call('deleteChat', { params })
    return redirect(from.startsWith(`/c/${params.chatId}`) ? '/' : from, 303)
  }
  await chatApi.call('renameChat', { params, body: { title: textField(form, 'title') } })
  return redirect(from, 303)
}

export function meta({ loaderData }: Route.MetaArgs) {
  return [{ title: `Manage ${loaderData?.chat.title ?? 'New chat'} · Brainlyx` }]
}

/** What the dialog shows, as a page of its own where no script runs. */
export default function ChatOptionsPage({ loaderData: { chat } }: Route.ComponentProps) {
  return (
    <div className="page">
      <h1>{chat.title ?? 'New chat'}</h1>
      <ChatOptions chat={chat} from={`/c/${chat.id}`} />
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
