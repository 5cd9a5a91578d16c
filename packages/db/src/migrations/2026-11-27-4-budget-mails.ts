import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Mails that tell how much of a budget is spent. */
export const budgetMails: Migration = {
  async up(db) {
    await sql`
      alter table public.mails
        drop constraint mails_kind_check,
        add constraint mails_kind_check check (
          kind in ('verification', 'reset', 'password-changed', 'account-exists')
          or kind in ('budget-50', 'budget-80', 'budget-100')
          or kind in ('installation-budget-50', 'installation-budget-80', 'installation-budget-100')
        )
    `.execute(db)
  },
}
