import { AccountPage } from './account-page.tsx'

/** The next step is in a mail; on a laptop the mail is on a page. */
export function MailSent({ lead, hasMailbox }: { lead: string; hasMailbox: boolean }) {
  return (
    <AccountPage title="Look into your mail" lead={lead}>
      <MailboxHint hasMailbox={hasMailbox} />
    </AccountPage>
  )
}

export function MailboxHint({ hasMailbox }: { hasMailbox: boolean }) {
  if (!hasMailbox) return <p className="data-note">It may take a minute, and end up as spam.</p>
  return (
    <p>
      This computer sends no mail: <a href="/mailbox">read it here</a> instead.
    </p>
  )
}
