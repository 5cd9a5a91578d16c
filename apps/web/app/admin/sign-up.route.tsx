import { Form, data, redirect, useNavigation } from 'react-router'
import { ProblemNote, wrongFields } from '../account/problem-note.tsx'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/sign-up.route.ts'

const PATH = '/admin/sign-up'

export async function loader({ request, context }: Route.LoaderArgs) {
  const rules = await context.get(pageRequest).chatApi.call('getSignUpRules')
  return { rules, isSaved: new URL(request.url).searchParams.has('saved') }
}

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  const domains = textField(form, 'domains')
    .split(/[\s,]+/)
    .filter((domain) => domain !== '')
  // What was chosen is judged by chat-api.
  const body = { mode: textField(form, 'mode') as 'open', domains }
  const result = await context.get(pageRequest).chatApi.attempt('setSignUpRules', { body })
  if (result.ok) return redirect(`${PATH}?saved`, 303)
  return data({ problem: result.problem, ...body }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Who may sign up · Brainlyx' }]
}

const MODES = [
  ['open', 'Everybody'],
  ['invitation', 'Whoever has an invitation'],
  ['domain', 'Whoever has an address of these domains, or an invitation'],
  ['closed', 'Nobody'],
] as const

export default function SignUpRules({ loaderData, actionData }: Route.ComponentProps) {
  const { rules, isSaved } = loaderData
  const busy = useNavigation().formMethod === 'POST'
  const { mode, domains } = actionData ?? rules
  const problem = actionData?.problem
  const isWrong = [...wrongFields(problem).keys()].some((path) => path.startsWith('domains'))
  return (
    <>
      <h1>Who may sign up</h1>
      <p>In force at once, on every server. Accounts that exist are not touched.</p>
      {rules.fromEnvironment && (
        <p className="data-note">
          These rules come from the environment, until you save others here.
        </p>
      )}
      {isSaved && problem === undefined && <output>Saved.</output>}
      <ProblemNote problem={problem} />
      <Form method="post" className="form data-section">
        <fieldset className="choices">
          <legend>Who may make an account?</legend>
          {MODES.map(([value, label]) => (
            <label key={value} className="choice">
              <input type="radio" name="mode" value={value} defaultChecked={mode === value} />
              <span>{label}</span>
            </label>
          ))}
        </fieldset>
        <label className="field">
          <span>Domains</span>
          <input
            name="domains"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={2_000}
            defaultValue={domains.join(', ')}
            aria-invalid={isWrong || undefined}
          />
          <small>
            Such as example.org, example.com. Their addresses are confirmed by mail before anybody
            is signed in.
          </small>
        </label>
        <button className="button button-primary" disabled={busy}>
          Save
        </button>
      </Form>
    </>
  )
}
