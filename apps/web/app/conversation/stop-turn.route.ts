import { redirect } from 'react-router'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/stop-turn.route.ts'

/** The stop button where no script runs. */
export async function action({ params, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const turn = await chatApi.call('stopTurn', { params: { turnId: params.turnId } })
  return redirect(`/c/${turn.chatId}`, 303)
}

export function loader() {
  return redirect('/')
}
