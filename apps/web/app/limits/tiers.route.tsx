import { data, redirect, useNavigation } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import '../styles/limits.css'
import type { Route } from './+types/tiers.route.ts'
import { readTier } from './tier-fields.ts'
import { NewTierForm } from './new-tier-form.tsx'
import { TierForm } from './tier-form.tsx'

const PATH = '/admin/tiers'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { tiers } = await context.get(pageRequest).chatApi.call('listTiers')
  return { tiers, saved: new URL(request.url).searchParams.get('saved') }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const tier = textField(form, 'tier').trim()
  const params = { tier }
  const isRemoval = textField(form, 'intent') === 'remove'
  const result = isRemoval
    ? await chatApi.attempt('removeTier', { params })
    : await chatApi.attempt('saveTier', { params, body: readTier(form) })
  if (result.ok) {
    return redirect(isRemoval ? PATH : `${PATH}?saved=${encodeURIComponent(tier)}`, 303)
  }
  return data({ tier, problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Tiers · Brainlyx' }]
}

export default function Tiers({ loaderData, actionData }: Route.ComponentProps) {
  const { tiers, saved } = loaderData
  const busyWith = useNavigation().formData?.get('tier')
  const problemOf = (name: string) => (actionData?.tier === name ? actionData.problem : undefined)
  const isNew = actionData !== undefined && !tiers.some(({ name }) => name === actionData.tier)
  return (
    <>
      <h1>Tiers</h1>
      <p>
        What the users of a tier may use. A change is in force everywhere within seconds. A user’s
        standing, between 25 % and 200 %, makes it more or less. A tier that nobody has can be
        removed.
      </p>
      <div className="tiers">
        {tiers.map((tier) => (
          <TierForm
            key={tier.name}
            tier={tier}
            busy={busyWith === tier.name}
            saved={saved === tier.name && actionData === undefined}
            problem={problemOf(tier.name)}
          />
        ))}
      </div>
      <NewTierForm like={tiers.find(({ name }) => name === 'free')} refused={isNew} />
    </>
  )
}
