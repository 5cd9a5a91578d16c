import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What changes in a month while it is copied: see `packNextMonth`. */
export const packedMonths: Migration = {
  async up(db) {
    // Unlogged: what is noted is of use to the connection that copies, which does not outlive the server.
    await sql`create unlogged table public.packing_changes (id uuid not null)`.execute(db)
    await sql`
      comment on table public.packing_changes is
      'Ids of messages that changed in the month that is being copied in the order of chats; empty otherwise'
    `.execute(db)
    // Who writes a message needs no rights here.
    await sql`
      create function public.note_packing_change() returns trigger
      language plpgsql security definer
      set search_path = pg_catalog, pg_temp
      as $function$
      begin
        insert into public.packing_changes (id) values (coalesce(new.id, old.id));
        return null;
      end
      $function$
    `.execute(db)
  },
}
