import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { admitSystem, protectUserRows } from '../migrate/protect-rows.ts'

/** A query that forgot its WHERE sees rows of one user only, and one that says for whom it runs to nobody fails. */
export const rowLevelSecurity: Migration = {
  async up(db) {
    await makeActor(db)
    await protectUserRows(db, 'users', 'id')
    for (const table of [
      'auth_identities',
      'chat_sessions',
      'chat_history',
      'turns',
      'attempts',
      'data_requests',
    ]) {
      await protectUserRows(db, table)
    }
    await admitSystem(db, 'users', 'select', [
      'find-account',
      'find-first-member',
      'find-idle-chats',
      'find-merged-guests',
      'forget-user',
      'merge-guest',
    ])
    await admitSystem(db, 'users', 'update', ['merge-guest'])
    await admitSystem(db, 'users', 'delete', ['forget-user'])
    await admitSystem(db, 'auth_identities', 'select', [
      'find-account',
      'link-account',
      'merge-guest',
    ])
    await admitSystem(db, 'auth_identities', 'insert', ['link-account'])
    await admitSystem(db, 'auth_identities', 'update', ['link-account', 'merge-guest'])
    await admitSystem(db, 'chat_sessions', 'select', ['find-idle-chats', 'merge-guest'])
    await admitSystem(db, 'chat_sessions', 'update', ['merge-guest'])
    for (const command of ['select', 'update'] as const) {
      await admitSystem(db, 'chat_history', command, ['merge-guest'])
      await admitSystem(db, 'attempts', command, ['disown-attempts', 'merge-guest'])
    }
    await admitSystem(db, 'turns', 'select', [
      'claim-turns',
      'merge-guest',
      'release-turns',
      'watch-turns',
    ])
    await admitSystem(db, 'turns', 'update', ['claim-turns', 'merge-guest', 'release-turns'])
    await admitSystem(db, 'data_requests', 'select', [
      'forget-user',
      'merge-guest',
      'peek-data-request',
      'run-data-request',
      'tidy-data-requests',
    ])
    await admitSystem(db, 'data_requests', 'update', [
      'forget-user',
      'merge-guest',
      'run-data-request',
      'tidy-data-requests',
    ])
    await admitSystem(db, 'data_requests', 'delete', ['tidy-data-requests'])
    await letSearchRead(db)
    await closePartitionsToCome(db)
  },
}

/** A missing setting is an error, not an empty answer: whoever forgot to say for whom a query runs shall hear of it. */
async function makeActor(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function public.acting_user_id() returns uuid
    language plpgsql stable parallel safe
    as $function$
    declare
      id text := coalesce(pg_catalog.current_setting('brainlyx.user_id', true), '');
    begin
      if id <> '' then
        return id::uuid;
      end if;
      if coalesce(pg_catalog.current_setting('brainlyx.system', true), '') = '' then
        raise exception 'a query on rows of users did not say for whom it runs'
          using errcode = 'insufficient_privilege', hint = 'Run it by asUser or asSystem.';
      end if;
      return null;
    end
    $function$
  `.execute(db)
  await sql`
    comment on function public.acting_user_id is
    'Whose rows this transaction sees and writes; null where it runs for the system'
  `.execute(db)
  // A user outranks the system, so that one setting is enough to act as a user.
  await sql`
    create function public.acting_system() returns text
    language sql stable parallel safe
    return case
      when coalesce(pg_catalog.current_setting('brainlyx.user_id', true), '') = ''
      then coalesce(pg_catalog.current_setting('brainlyx.system', true), '')
      else ''
    end
  `.execute(db)
  await sql`
    comment on function public.acting_system is
    'Which of the named system tasks this transaction runs for, in packages/db/src/row-level-security/system-access.ts'
  `.execute(db)
}

/**
 * `search_messages` runs as the owner and names the user itself. For the owner the policies come to `true`, which Postgres
 * leaves out of the plan: any condition of theirs would come before the words, and no index would find those.
 */
async function letSearchRead(db: Kysely<unknown>): Promise<void> {
  await sql`
    create policy search_rows on public.chat_history for select to current_user using (true)
  `.execute(db)
}

/** Whatever the function has become since it was made: a partition inherits nothing, and is closed as it is made. */
async function closePartitionsToCome(db: Kysely<unknown>): Promise<void> {
  await sql`
    do $do$
    declare
      before text := pg_get_functiondef('public.ensure_month_partitions'::regproc);
      after text := regexp_replace(before, 'return next (\\S+);', $close$execute format(
              'alter table public.%I enable row level security, force row level security', \\1);
            return next \\1;$close$);
    begin
      if after = before then
        raise exception 'ensure_month_partitions makes partitions in another way than this migration knows';
      end if;
      execute after;
    end
    $do$
  `.execute(db)
}
