import type { Problem } from '@brainlyx/chat-contract'
import { Form, useNavigation } from 'react-router'
import type { AnnouncementDraft } from './announcement-fields.ts'

export function AnnouncementForm({
  draft,
  problem,
  action,
  tiers,
}: {
  draft: AnnouncementDraft
  problem: Problem | undefined
  /** What the button says. */
  action: string
  tiers: readonly string[]
}) {
  const busy = useNavigation().formMethod === 'POST'
  const wrong = new Map(problem?.fields?.map(({ path, message }) => [path, message]))
  const invalid = (field: string) => (wrong.has(field) ? true : undefined)
  return (
    <Form method="post" className="form announcement-form">
      {problem !== undefined && (
        <p className="form-problem" role="alert">
          {problem.title}{' '}
          {[...wrong].map(([path, message]) => `${NAMES[path] ?? path}: ${message}.`).join(' ')}
        </p>
      )}
      <label className="field">
        <span>Text</span>
        <textarea
          name="text"
          rows={3}
          required
          maxLength={2_000}
          defaultValue={draft.text}
          aria-invalid={invalid('text')}
          aria-describedby="text-hint"
        />
        <small id="text-hint">Plain text. Web addresses become links.</small>
      </label>
      <div className="filters">
        <label className="field">
          <span>Severity</span>
          <select name="severity" defaultValue={draft.severity}>
            <option value="info">Notice</option>
            <option value="warning">Warning</option>
            <option value="outage">Outage</option>
          </select>
        </label>
        <label className="field">
          <span>Shown to</span>
          <select name="audience" defaultValue={draft.audience}>
            <option value="all">Everybody</option>
            <option value="members">Members</option>
            <option value="tier">One tier</option>
          </select>
        </label>
        <label className="field">
          <span>Which tier</span>
          <select name="tier" defaultValue={draft.tier} aria-invalid={invalid('tier')}>
            <option value="">–</option>
            {tiers.map((tier) => (
              <option key={tier}>{tier}</option>
            ))}
          </select>
          <small>Where it is shown to one</small>
        </label>
        <label className="field">
          <span>From, in UTC</span>
          <input
            type="datetime-local"
            name="startsAt"
            defaultValue={draft.startsAt}
            aria-invalid={invalid('startsAt')}
          />
          <small>Empty: from now on</small>
        </label>
        <label className="field">
          <span>Until, in UTC</span>
          <input
            type="datetime-local"
            name="endsAt"
            defaultValue={draft.endsAt}
            aria-invalid={invalid('endsAt')}
          />
          <small>Empty: until it is taken back</small>
        </label>
      </div>
      <button className="button button-primary" name="intent" value="save" disabled={busy}>
        {action}
      </button>
    </Form>
  )
}

const NAMES: Readonly<Record<string, string>> = {
  text: 'Text',
  tier: 'Tier',
  startsAt: 'From',
  endsAt: 'Until',
}
