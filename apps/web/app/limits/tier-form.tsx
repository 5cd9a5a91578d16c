import type { Problem, Tier } from '@brainlyx/chat-contract'
import { Form } from 'react-router'
import { TIER_FIELDS, dollarsOf, shownValue } from './tier-fields.ts'
import { formatCount } from './words.ts'

/** One tier, folded up to what it is. */
export function TierForm({
  tier,
  busy,
  saved,
  problem,
}: {
  tier: Tier
  busy: boolean
  saved: boolean
  problem: Problem | undefined
}) {
  const wrong = new Map(problem?.fields?.map(({ path, message }) => [path.split('.')[0], message]))
  return (
    <details className="tier" open={problem !== undefined || saved}>
      <summary>
        <strong>{tier.name}</strong>
        <span className="tier-summary">{summaryOf(tier)}</span>
      </summary>
      {/* A tier that has been changed by somebody else begins anew. */}
      <Form method="post" key={JSON.stringify(tier)}>
        <input type="hidden" name="tier" value={tier.name} />
        {problem !== undefined && (
          <p className="form-problem" role="alert">
            {wrong.size > 0
              ? 'Some of this cannot be.'
              : `${problem.title} ${problem.detail ?? ''}`}
          </p>
        )}
        {saved && <output>Saved. It is in force everywhere.</output>}
        <div className="tier-fields">
          {TIER_FIELDS.map((field) => (
            <label className="field" key={field.name}>
              <span>{field.label}</span>
              <input
                name={field.name}
                type="number"
                inputMode="numeric"
                defaultValue={shownValue(tier, field)}
                min={field.min}
                max={field.max}
                required={field.optional !== true}
                aria-invalid={wrong.has(field.name) || undefined}
              />
              {(field.hint ?? field.optional) !== undefined && (
                <small>{field.hint ?? 'Empty: no limit'}</small>
              )}
            </label>
          ))}
          <label className="field">
            <span>Budget a month in US dollars</span>
            <input
              name="monthlyBudget"
              inputMode="decimal"
              defaultValue={dollarsOf(tier.monthlyBudgetPicoUsd)}
              pattern="\d{1,9}([.,]\d{1,2})?"
              aria-invalid={wrong.has('monthlyBudgetPicoUsd') || undefined}
            />
            <small>Empty: no limit</small>
          </label>
          <label className="field tier-wide">
            <span>Models</span>
            <input
              name="models"
              defaultValue={tier.models?.join(', ') ?? ''}
              autoComplete="off"
              spellCheck={false}
              aria-invalid={wrong.has('models') || undefined}
            />
            <small>Their ids, with commas; auto is one of them. Empty: all</small>
          </label>
        </div>
        <p className="tier-actions">
          <button className="button button-primary" name="intent" value="save" disabled={busy}>
            {busy ? 'Saving…' : 'Save'}
          </button>
          <button
            className="button button-danger"
            name="intent"
            value="remove"
            formNoValidate
            disabled={busy}
          >
            Remove
          </button>
        </p>
      </Form>
    </details>
  )
}

function summaryOf({ requestsPerMinute, messagesPerDay, concurrentStreams }: Tier): string {
  const messages = messagesPerDay === null ? 'any number of' : formatCount(messagesPerDay)
  return `${formatCount(requestsPerMinute)} requests a minute, ${messages} messages a day, ${formatCount(concurrentStreams)} answers at once`
}
