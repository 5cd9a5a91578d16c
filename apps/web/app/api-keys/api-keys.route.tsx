import type { NewApiKey } from '@brainlyx/chat-contract'
import './api-keys.css'
import { Form, Link, data, redirect, useNavigation } from 'react-router'
import { ErrorPage } from '../errors/error-page.tsx'
import { pageRequest } from '../request/page-request.server.ts'
import { textField } from '../request/form-field.ts'
import type { Route } from './+types/api-keys.route.ts'
import { ApiKeyCard } from './api-key-card.tsx'
import { CallExamples } from './call-examples.tsx'
import { KeyScopeFields } from './key-scope-fields.tsx'
import { NewKey } from './new-key.tsx'
import { readScopes } from './read-scopes.ts'

const PATH = '/settings/api-keys'

export async function loader({ context }: Route.LoaderArgs) {
  const { chatApi, publicOrigin } = context.get(pageRequest)
  const [{ keys }, { user }, { models }] = await Promise.all([
    chatApi.call('listApiKeys'),
    chatApi.call('getMe'),
    chatApi.call('listModels'),
  ])
  return {
    keys,
    isMember: user?.kind === 'member',
    models: models.map(({ id, name }) => ({ id, name })),
    baseUrl: `${publicOrigin}/v1`,
    now: Date.now(),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const intent = textField(form, 'intent')
  const keyId = textField(form, 'key')
  const params = { keyId }
  if (intent === 'revoke') {
    const result = await chatApi.attempt('revokeApiKey', { params })
    return result.ok ? redirect(PATH, 303) : refused(keyId, result.problem)
  }
  if (intent === 'change') {
    const result = await chatApi.attempt('changeApiKey', { params, body: readScopes(form) })
    return result.ok ? redirect(PATH, 303) : refused(keyId, result.problem)
  }
  const result =
    intent === 'rotate'
      ? await chatApi.attempt('rotateApiKey', {
          params,
          body: { overlapDays: Number(textField(form, 'overlap')) },
        })
      : await chatApi.attempt('createApiKey', { body: readScopes(form) })
  return result.ok ? shownOnce(result.value) : refused(keyId, result.problem)
}

/** In the answer to the form itself, so that nothing keeps the key to show it later. */
function shownOnce(made: NewApiKey) {
  const answer = { made, keyId: made.key.id, problem: undefined }
  return data(answer, { headers: { 'cache-control': 'no-store' } })
}

function refused<Refusal extends { status: number }>(keyId: string, problem: Refusal) {
  return data({ made: undefined, keyId, problem }, { status: problem.status })
}

export function headers({ actionHeaders }: Route.HeadersArgs) {
  return actionHeaders
}

export function meta() {
  return [{ title: 'API keys · Brainlyx' }]
}

export default function ApiKeys({ loaderData, actionData }: Route.ComponentProps) {
  const { keys, isMember, models, baseUrl, now } = loaderData
  const busy = useNavigation().formMethod === 'POST'
  const made = actionData?.made
  const problemOf = (keyId: string) =>
    actionData?.keyId === keyId ? actionData.problem : undefined
  const ofNewOne = problemOf('')
  if (!isMember) return <MembersOnly />
  return (
    <div className="page">
      <h1>API keys</h1>
      <p>
        With a key a program calls models as you, by the API that OpenAI’s libraries speak. It has
        your limits and spends what you may spend; it cannot read your chats or change your account.
      </p>
      {made !== undefined && <NewKey key={made.key.id} made={made} />}
      <div className="data-sections">
        <section className="data-section" aria-labelledby="make-key">
          <h2 id="make-key">Make a key</h2>
          {ofNewOne !== undefined && (
            <p className="form-problem" role="alert">
              {ofNewOne.title} {ofNewOne.detail}
            </p>
          )}
          <Form key={made?.key.id} method="post" className="form">
            <KeyScopeFields models={models} />
            <button className="button button-primary" name="intent" value="create" disabled={busy}>
              Make a key
            </button>
          </Form>
        </section>
        {keys.length > 0 && (
          <section className="data-section" aria-labelledby="your-keys">
            <h2 id="your-keys">Your keys</h2>
            <ul className="api-keys">
              {keys.map((key) => (
                <li key={key.id} className="api-key">
                  <ApiKeyCard
                    apiKey={key}
                    models={models}
                    now={now}
                    busy={busy}
                    problem={problemOf(key.id)}
                  />
                </li>
              ))}
            </ul>
          </section>
        )}
        <CallExamples baseUrl={baseUrl} />
      </div>
    </div>
  )
}

function MembersOnly() {
  return (
    <div className="page">
      <h1>API keys</h1>
      <p>With a key a program calls models as you. Keys are for accounts: a guest has none.</p>
      <p>
        <Link className="button" to="/sign-up">
          Sign up
        </Link>
      </p>
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
