import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Which budget refused a turn that had waited, so that whoever runs it can say so. */
export const refusingBudget: Migration = {
  async up(db) {
    await sql`alter table public.turns add column refused_by text`.execute(db)
    await sql`
      comment on column public.turns.refused_by is
      'What reserve_spending said when a turn that had waited began: nobody may be called for it; null: none refused'
    `.execute(db)
  },
}
