import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { replaceApiCallEnded } from './budgets/end-reservations.ts'

/** What a call by a key has reserved of the budgets, which goes back where the call ends: its row goes then, whoever ends it. */
export const callReservations: Migration = {
  async up(db) {
    await sql`
      alter table public.api_calls
        add column reserved_pico_usd bigint not null default 0 check (reserved_pico_usd >= 0),
        add column reserved_month date,
        add column reserved_slice smallint
    `.execute(db)
    await sql`
      comment on column public.api_calls.reserved_pico_usd is
      'Of the budgets of its user, its key and the installation, until the row goes'
    `.execute(db)
    await replaceApiCallEnded(db)
    await sql`
      create constraint trigger api_call_ended
      after delete on public.api_calls
      deferrable initially deferred
      for each row when (old.reserved_pico_usd > 0)
      execute function public.api_call_ended()
    `.execute(db)
  },
}
