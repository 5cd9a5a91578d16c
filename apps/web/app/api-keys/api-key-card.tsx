import type { ApiKey, Problem } from '@brainlyx/chat-contract'
import { Form } from 'react-router'
import { KeyScopeFields } from './key-scope-fields.tsx'
import type { NamedModel } from './key-scope-fields.tsx'
import { dollarsOf } from './read-scopes.ts'

export function ApiKeyCard({
  apiKey,
  models,
  now,
  busy,
  problem,
}: {
  apiKey: ApiKey
  models: readonly NamedModel[]
  now: number
  busy: boolean
  problem: Problem | undefined
}) {
  const { id, name, prefix, state } = apiKey
  const counts = state === 'active' || state === 'replaced'
  return (
    <article aria-labelledby={`key-${id}`}>
      <div className="api-key-top">
        <h3 id={`key-${id}`}>{name}</h3>
        <p className="api-key-state" data-state={state}>
          {STATES[state]}
        </p>
      </div>
      <p className="data-note">
        <code>{prefix}…</code> · {describe(apiKey, now)}
      </p>
      {problem !== undefined && (
        <p className="form-problem" role="alert">
          {problem.title} {problem.detail}
        </p>
      )}
      {counts && (
        <div className="api-key-actions">
          <details>
            <summary>Change</summary>
            <Form method="post" className="form">
              <input type="hidden" name="key" value={id} />
              <KeyScopeFields models={models} apiKey={apiKey} />
              <button className="button" name="intent" value="change" disabled={busy}>
                Save
              </button>
            </Form>
          </details>
          {state === 'active' && (
            <details>
              <summary>Replace</summary>
              <Form method="post" className="form">
                <p>A new key with the same name and limits is made.</p>
                <input type="hidden" name="key" value={id} />
                <label className="field">
                  <span>This one still counts for</span>
                  <select name="overlap" className="key-select" defaultValue="1">
                    {OVERLAPS.map(([days, label]) => (
                      <option key={days} value={days}>
                        {label}
                      </option>
                    ))}
                  </select>
                </label>
                <button className="button" name="intent" value="rotate" disabled={busy}>
                  Replace
                </button>
              </Form>
            </details>
          )}
          <details>
            <summary>Revoke</summary>
            <Form method="post" className="form">
              <p>Programs that use it stop working at once, in the middle of an answer too.</p>
              <input type="hidden" name="key" value={id} />
              <button
                className="button button-danger"
                name="intent"
                value="revoke"
                disabled={busy}
                aria-label={`Revoke it: ${name}`}
              >
                Revoke it
              </button>
            </Form>
          </details>
        </div>
      )}
    </article>
  )
}

const STATES: Readonly<Record<ApiKey['state'], string>> = {
  active: 'Active',
  replaced: 'Replaced, still counts',
  expired: 'Ended',
  revoked: 'Revoked',
}

const OVERLAPS = [
  ['0', 'Not at all'],
  ['1', 'A day'],
  ['3', 'Three days'],
  ['7', 'A week'],
] as const

function describe(apiKey: ApiKey, now: number): string {
  const { models, monthlyBudgetPicoUsd, createdAt, expiresAt, lastUsedAt, revokedAt } = apiKey
  const facts = [
    `made on ${dayOf(createdAt)}`,
    lastUsedAt === null ? 'never used' : `last used ${agoOf(lastUsedAt, now)}`,
    revokedAt === null ? endOf(expiresAt, now) : `revoked on ${dayOf(revokedAt)}`,
    models === null ? 'all models' : models.join(', '),
  ]
  if (monthlyBudgetPicoUsd !== null) facts.push(`$${dollarsOf(monthlyBudgetPicoUsd)} a month`)
  return facts.join(' · ')
}

function endOf(expiresAt: string | null, now: number): string {
  if (expiresAt === null) return 'does not end'
  return `${Date.parse(expiresAt) > now ? 'ends' : 'ended'} on ${dayOf(expiresAt)}`
}

function agoOf(time: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(time)) / 60_000))
  if (minutes < 2) return 'just now'
  if (minutes < 120) return `${minutes} minutes ago`
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} hours ago`
  return `on ${dayOf(time)}`
}

function dayOf(time: string): string {
  return new Date(time).toISOString().slice(0, 10)
}
