/** What a policy may admit. */
export type Command = 'select' | 'insert' | 'update' | 'delete'

interface SystemAccess {
  /** Why it cannot be done as one user. */
  readonly reason: string
  /** What the policies admit it to; the migrations say it to Postgres, and a test holds the two together. */
  readonly tables: Readonly<Record<string, readonly Command[]>>
}

/**
 * Everything that runs for the system rather than for one user and reads or writes rows of users. What is not here does
 * not exist: `asSystem` takes these names only, and each reaches no more than its own tables. What needs no name, since
 * it touches tables without a user: outbox, heartbeat, revocations, audit log, partitions, the auth library's own tables.
 */
export const systemAccess = {
  'find-account': {
    reason: 'A sign-in knows an account of the auth library, and asks whose it is.',
    tables: { auth_identities: ['select'], users: ['select'] },
  },
  'link-account': {
    reason: 'An account of the auth library is pointed at another user than the one it led to.',
    tables: { auth_identities: ['select', 'insert', 'update'] },
  },
  'find-by-address': {
    reason: 'A link that was sent, and the job that sends it, know an address and ask whose it is.',
    tables: { users: ['select'] },
  },
  'find-administrator': {
    reason:
      'A set-up token counts only as long as nobody administrates, and what all users spend is told to whoever does.',
    tables: { users: ['select'] },
  },
  'find-first-member': {
    reason: 'On a laptop whoever signs up first administrates: is there a member besides this one?',
    tables: { users: ['select'] },
  },
  'merge-guest': {
    reason: 'A guest’s rows become the rows of the account that they signed in to.',
    tables: {
      users: ['select', 'update'],
      auth_identities: ['select', 'update'],
      chat_sessions: ['select', 'update'],
      chat_history: ['select', 'update'],
      turns: ['select', 'update'],
      attempts: ['select', 'update'],
      data_requests: ['select', 'update'],
    },
  },
  'find-idle-chats': {
    reason: 'Retention looks through all users of a tier for chats that are no longer kept.',
    tables: { users: ['select'], chat_sessions: ['select'] },
  },
  'claim-turns': {
    reason: 'A worker takes over the turns of dead processes, whosever they are.',
    tables: { turns: ['select', 'update'], processes: ['select'] },
  },
  'release-turns': {
    reason: 'A process gives up turns that it owns and does not produce.',
    tables: { turns: ['select', 'update'] },
  },
  'watch-turns': {
    reason:
      'A process asks which of the turns it follows or runs have ended or shall stop, in one query for all.',
    tables: { turns: ['select'] },
  },
  'run-data-request': {
    reason: 'A job knows a request by its id alone, so that no queue holds a user’s.',
    tables: { data_requests: ['select', 'update'] },
  },
  'peek-data-request': {
    reason: 'Nobody is signed in any more who could ask how far the deletion of an account is.',
    tables: { data_requests: ['select'] },
  },
  'tidy-data-requests': {
    reason:
      'Housekeeping forgets requests whose time is over, and starts anew those that nothing touches.',
    tables: { data_requests: ['select', 'update', 'delete'] },
  },
  'find-merged-guests': {
    reason:
      'Jobs may still name the guests that were merged into an account that is being deleted.',
    tables: { users: ['select'] },
  },
  'disown-attempts': {
    reason: 'What an account has spent belongs to nobody once it is deleted.',
    tables: { attempts: ['select', 'update'] },
  },
  'forget-user': {
    reason:
      'The request outlives its account as nobody’s; the guests that were merged into it do not.',
    tables: { users: ['select', 'delete'], data_requests: ['select', 'update'] },
  },
  'find-api-key': {
    reason: 'A program shows its key, and nothing else says whose it is.',
    tables: { api_keys: ['select'] },
  },
  'watch-api-keys': {
    reason:
      'Every replica asks which keys have changed, whosever they are, to forget what it knew.',
    tables: { api_keys: ['select'] },
  },
  'find-lost-calls': {
    reason: 'A worker looks for the calls of dead processes, and settles each as its user.',
    tables: { api_calls: ['select'], processes: ['select'] },
  },
  'read-budgets': {
    reason:
      'An administrator sees whose budget is another than their tier’s, and whose is nearly spent.',
    tables: { budgets: ['select'], user_budgets: ['select'] },
  },
  'list-users': {
    reason: 'An administrator looks through the users of the installation.',
    tables: { users: ['select'] },
  },
  'observe-installation': {
    reason:
      'An administrator is shown sums over all users: how many there are, what runs, what it costs.',
    tables: { users: ['select'], turns: ['select'], attempts: ['select'] },
  },
  'explain-failure': {
    reason: 'An administrator has a trace id, or the id of a turn, and not whose it is.',
    tables: { turns: ['select'] },
  },
} as const satisfies Readonly<Record<string, SystemAccess>>

/** Nobody logs in as it; the runtime role turns into it for these. */
export const SYSTEM_ROLE = 'brainlyx_system'

export type SystemName = keyof typeof systemAccess
