import type { ApiKey } from '@brainlyx/chat-contract'
import { dollarsOf } from './read-scopes.ts'

export interface NamedModel {
  readonly id: string
  readonly name: string
}

const EXPIRIES = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['never', 'Never'],
] as const

/** What a key is called and may do. */
export function KeyScopeFields({
  models,
  apiKey,
}: {
  models: readonly NamedModel[]
  /** The key that is changed; absent: a new one. */
  apiKey?: ApiKey
}) {
  const budget = apiKey?.monthlyBudgetPicoUsd ?? null
  // One that is not in the list at the moment is not lost by a change of something else.
  const others = (apiKey?.models ?? []).filter((id) => !models.some((model) => model.id === id))
  const choices = [...models, ...others.map((id) => ({ id, name: id }))]
  return (
    <>
      <label className="field">
        <span>Name</span>
        <input
          name="name"
          required
          maxLength={80}
          autoComplete="off"
          defaultValue={apiKey?.name}
          placeholder="Which program has it"
        />
      </label>
      <label className="field">
        <span>Ends after</span>
        <select
          name="expiry"
          className="key-select"
          defaultValue={apiKey === undefined ? '90' : ''}
        >
          {apiKey !== undefined && <option value="">As it is</option>}
          {EXPIRIES.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>
          Budget a month in US dollars <small>(if you like)</small>
        </span>
        <input
          name="budget"
          type="number"
          inputMode="decimal"
          min="0"
          max="100000"
          step="0.01"
          defaultValue={budget === null ? '' : dollarsOf(budget)}
        />
      </label>
      <details className="key-models" open={(apiKey?.models ?? null) !== null}>
        <summary>Only some models</summary>
        <fieldset>
          <legend>It may call these; none chosen means all.</legend>
          {choices.map(({ id, name }) => (
            <label key={id} className="key-model">
              <input
                type="checkbox"
                name="models"
                value={id}
                defaultChecked={apiKey?.models?.includes(id) ?? false}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      </details>
    </>
  )
}
