import type { Problem, ProviderSetting } from '@brainlyx/chat-contract'
import { Form } from 'react-router'

export function ProviderCard({
  provider,
  editable,
  busy,
  problem,
}: {
  provider: ProviderSetting
  editable: boolean
  busy: boolean
  problem: Problem | undefined
}) {
  const { id, name, keySource, keyPage } = provider
  return (
    <section className="provider" aria-labelledby={`provider-${id}`}>
      <div className="provider-top">
        <h2 id={`provider-${id}`}>{name}</h2>
        <p className="provider-state" data-source={keySource}>
          {stateOf(provider)}
        </p>
      </div>
      {problem !== undefined && (
        <p className="form-problem" role="alert">
          {problem.fields?.[0]?.message ?? problem.detail ?? problem.title}
        </p>
      )}
      {editable && (
        <Form method="post" className="provider-form">
          <input type="hidden" name="provider" value={id} />
          <label className="field">
            <span>{keySource === 'settings' ? 'Another key' : 'Key'}</span>
            <input
              name="key"
              type="password"
              autoComplete="off"
              required
              minLength={8}
              maxLength={512}
            />
          </label>
          <button className="button button-primary" name="intent" value="set" disabled={busy}>
            {busy ? 'Trying it…' : 'Test and use'}
          </button>
          {keySource === 'settings' && (
            <button
              className="button button-danger"
              name="intent"
              value="remove"
              formNoValidate
              disabled={busy}
            >
              Remove
            </button>
          )}
        </Form>
      )}
      <p className="provider-hint">
        <a href={keyPage} target="_blank" rel="noopener noreferrer">
          Where to get a key of {name}
        </a>
      </p>
    </section>
  )
}

function stateOf({ keySource, keyHint }: ProviderSetting): string {
  const ending = keyHint === null ? '' : ` ending in ${keyHint}`
  switch (keySource) {
    case 'environment':
      return `Key${ending} from the environment`
    case 'settings':
      return `Key${ending} set here`
    case 'simulator':
      return 'Simulated'
    case 'none':
      return 'No key'
  }
}
