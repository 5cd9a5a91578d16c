import { data, redirect, useNavigation } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/providers.route.ts'
import { ProviderCard } from './provider-card.tsx'

export function loader({ context }: Route.LoaderArgs) {
  return context.get(pageRequest).chatApi.call('listProviders')
}

export async function action({ request, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const providerId = textField(form, 'provider')
  const params = { providerId }
  const result =
    form.get('intent') === 'remove'
      ? await chatApi.attempt('removeProviderKey', { params })
      : await chatApi.attempt('setProviderKey', {
          params,
          body: { key: textField(form, 'key').trim() },
        })
  if (result.ok) return redirect('/admin/providers', 303)
  return data({ providerId, problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Provider keys · Brainlyx' }]
}

export default function Providers({ loaderData, actionData }: Route.ComponentProps) {
  const busyWith = useNavigation().formData?.get('provider')
  return (
    <>
      <h1>Provider keys</h1>
      <p>
        A key is tried out with its provider before it is kept. It is used from then on, without a
        restart, and stays on this computer.
      </p>
      {!loaderData.editable && (
        <p className="form-problem">
          Keys of this installation come from its environment and cannot be changed here.
        </p>
      )}
      <ul className="providers">
        {loaderData.providers.map((provider) => (
          <li key={provider.id}>
            <ProviderCard
              provider={provider}
              editable={loaderData.editable}
              busy={busyWith === provider.id}
              problem={actionData?.providerId === provider.id ? actionData.problem : undefined}
            />
          </li>
        ))}
      </ul>
    </>
  )
}
