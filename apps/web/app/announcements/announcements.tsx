import type { Announcement } from '@brainlyx/chat-contract'
import { useState } from 'react'
import { useFetcher, useLocation } from 'react-router'
import { CloseIcon } from '../icons/icons.tsx'
import { dismissalKey } from './dismissed-cookie.ts'
import { LinkedText } from './linked-text.tsx'
import { SEVERITY_NAMES } from './severity-names.ts'
import { useCurrentAnnouncements } from './use-current-announcements.ts'

/** What administrators tell users, above everything else; a screen reader reads what comes later when it is idle. */
export function Announcements({
  made,
  dismissed,
}: {
  made: readonly Announcement[]
  /** Keys of what this browser was told and put away. */
  dismissed: readonly string[]
}) {
  const current = useCurrentAnnouncements(made)
  const [putAway, setPutAway] = useState<readonly string[]>([])
  const hidden = new Set([...dismissed, ...putAway])
  return (
    <div aria-live="polite" className="announcements">
      {current
        .filter((each) => !hidden.has(dismissalKey(each)))
        .map((each) => (
          <AnnouncementBanner
            key={dismissalKey(each)}
            announcement={each}
            onDismiss={() => {
              setPutAway((keys) => [...keys, dismissalKey(each)])
              // The button that had the focus is gone.
              document.getElementById('main')?.focus()
            }}
          />
        ))}
    </div>
  )
}

function AnnouncementBanner({
  announcement,
  onDismiss,
}: {
  announcement: Announcement
  onDismiss: () => void
}) {
  const fetcher = useFetcher()
  const location = useLocation()
  const { severity, text } = announcement
  return (
    <div className="banner announcement" data-severity={severity}>
      <p>
        <strong>{SEVERITY_NAMES[severity]}:</strong> <LinkedText text={text} />
      </p>
      <fetcher.Form method="post" action="/announcements/dismiss" onSubmit={onDismiss}>
        <input type="hidden" name="announcement" value={dismissalKey(announcement)} />
        <input type="hidden" name="from" value={location.pathname + location.search} />
        <button className="icon-button" aria-label={`Dismiss: ${SEVERITY_NAMES[severity]}`}>
          <CloseIcon />
        </button>
      </fetcher.Form>
    </div>
  )
}
