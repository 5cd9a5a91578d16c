import type { Tier } from '@brainlyx/chat-contract'
import { Form } from 'react-router'
import { TIER_FIELDS, dollarsOf, shownValue } from './tier-fields.ts'

/** Another tier begins as the members' first one, and is changed then. */
export function NewTierForm({ like, refused }: { like: Tier | undefined; refused: boolean }) {
  if (like === undefined) return null
  return (
    <section className="limit-section" aria-labelledby="new-tier">
      <h2 id="new-tier">Add a tier</h2>
      <p className="limit-note">It begins with what the tier free has.</p>
      {refused && (
        <p className="form-problem" role="alert">
          A name has small letters and single dashes only.
        </p>
      )}
      <Form method="post" className="provider-form">
        {TIER_FIELDS.map((field) => (
          <input key={field.name} type="hidden" name={field.name} value={shownValue(like, field)} />
        ))}
        <input type="hidden" name="monthlyBudget" value={dollarsOf(like.monthlyBudgetPicoUsd)} />
        <input type="hidden" name="models" value={like.models?.join(', ') ?? ''} />
        <label className="field">
          <span>Name</span>
          <input
            name="tier"
            required
            maxLength={40}
            pattern="[a-z]+(-[a-z]+)*"
            autoCapitalize="none"
            autoComplete="off"
            aria-invalid={refused || undefined}
          />
        </label>
        <button className="button" name="intent" value="save">
          Add
        </button>
      </Form>
    </section>
  )
}
