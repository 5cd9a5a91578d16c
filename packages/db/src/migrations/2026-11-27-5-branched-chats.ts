import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Where a chat branches, so that a page of it is one range of an index, and nobody looks for branches elsewhere. */
export const branchedChats: Migration = {
  async up(db) {
    await sql`alter table public.chat_sessions add column branched boolean`.execute(db)
    await sql`alter table public.chat_sessions alter column branched set default false`.execute(db)
    await sql`
      comment on column public.chat_sessions.branched is
      'Whether any of its messages may be forked, or it was begun anew; null: not known, it is older than this column'
    `.execute(db)
    await sql`
      alter table public.chat_history add column forked boolean not null default false
    `.execute(db)
    await sql`
      comment on column public.chat_history.forked is
      'Whether more than one message may follow it; means nothing where its chat does not know whether it is branched'
    `.execute(db)
  },
}
