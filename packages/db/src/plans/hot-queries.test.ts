import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as db from '../index.ts'
import type { ChatRow, Database, MessageRow } from '../index.ts'
import { monthSuffix } from '../partitions/month-suffix.ts'
import { NO_PRICE, arrangeTurn, newTurn } from '../testing/arrange-chat.ts'
import { plansOf } from '../testing/plans-of.ts'
import { MONTHS, seedTwoYears } from '../testing/seed-two-years.ts'
import { testDatabase } from '../testing/test-database.ts'

const database = await testDatabase()
const runtime = db.createDatabase({ url: database.url, name: 'test' })
const admin = db.createDatabase({
  url: database.adminUrl,
  name: 'test',
  poolSize: 1,
  statementTimeoutMs: 60_000,
})
afterAll(async () => {
  await runtime.destroy()
  await admin.destroy()
  await database.close()
})

const now = new Date()
/** Of a chat from twenty months ago. */
const OLD = 20

interface Chat {
  userId: string
  chatId: string
  row: ChatRow
  messages: MessageRow[]
}
let [old, free, busy]: Chat[] = []
let running: db.NewTurn
const attemptId = db.newId()
const process = 'process-a'

beforeAll(async () => {
  await seedTwoYears(admin, now)
  await seedApiKeys()
  old = await chatFrom(OLD)
  free = await chatFrom(0, 0)
  busy = await chatFrom(0, 1)
  const turn = { userId: busy.userId, chatId: busy.chatId, owner: process, newChat: false }
  running = await arrangeTurn(runtime, turn)
  // Waits in line.
  await arrangeTurn(runtime, turn)
  await db.announceAttempt(runtime, attempt())
  await db.beat(runtime, { id: process, service: 'chat-api' })
}, 120_000)

type Case = (transaction: Transaction<Database>) => Promise<unknown>
const all = 'all'
const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
/** Months that are read are counted from this one. What is new may lie around midnight on the first. */
const recent = monthsBetween(-2 * HOUR_MS, 2 * HOUR_MS)
/** A turn's client may have made its id a month ago, so that who waits with it may lie there. */
const lately = monthsBetween(-31 * 24 * HOUR_MS - 2 * HOUR_MS, 2 * HOUR_MS)

/** What runs for a request or a turn, the months that it may read (0: this one), and in which case. */
const hot: Record<string, { months: number[] | typeof all; cases: Case[] }> = {
  findUser: { months: [], cases: [(on) => db.findUser(on, old!.userId)] },
  findUserByAuthUser: { months: [], cases: [(on) => db.findUserByAuthUser(on, 'auth-7')] },
  findUserByAddress: {
    months: [],
    cases: [(on) => db.findUserByAddress(on, 'a@example.com')],
  },
  createUser: {
    months: [],
    cases: [(on) => db.createUser(on, { kind: 'guest', authUserId: 'auth-new' })],
  },
  linkIdentity: {
    months: [],
    cases: [(on) => db.linkIdentity(on, { authUserId: 'auth-7', userId: old!.userId })],
  },
  promoteGuest: {
    months: [],
    cases: [(on) => db.promoteGuest(on, { userId: old!.userId, email: 'a@example.com' })],
  },
  setUserRole: {
    months: [],
    cases: [(on) => db.setUserRole(on, { userId: old!.userId, role: 'admin' })],
  },
  lockUser: { months: [], cases: [(on) => db.lockUser(on, old!.userId)] },
  changeUserStanding: {
    months: [],
    cases: [
      (on) =>
        db.changeUserStanding(on, { userId: old!.userId, banned: true, outdatesTokens: true }),
    ],
  },
  listSignIns: { months: [], cases: [(on) => db.listSignIns(on, old!.userId)] },
  deleteSignIns: { months: [], cases: [(on) => db.deleteSignIns(on, { userId: old!.userId })] },
  listUnfinishedTurns: {
    months: lately,
    cases: [(on) => db.listUnfinishedTurns(on, busy!.userId)],
  },
  currentUserId: { months: [], cases: [(on) => db.currentUserId(on, old!.userId)] },
  listChats: {
    months: [],
    cases: [
      (on) => db.listChats(on, { userId: old!.userId, limit: 5 }),
      (on) => {
        const { updatedAt, id } = free!.row
        return db.listChats(on, { userId: free!.userId, limit: 5, after: { updatedAt, id } })
      },
    ],
  },
  findChat: { months: [], cases: [(on) => db.findChat(on, old!)] },
  findChatTitles: {
    months: [],
    cases: [(on) => db.findChatTitles(on, { userId: old!.userId, chatIds: [old!.chatId] })],
  },
  searchTitles: {
    months: [],
    cases: [
      (on) => {
        const terms = [{ text: 'x', exact: false, prefix: false, excluded: false }]
        return db.searchTitles(on, { userId: old!.userId, terms, until: now, limit: 5 })
      },
    ],
  },
  renameChat: { months: [], cases: [(on) => db.renameChat(on, { ...old!, title: 'x' })] },
  setJobTitle: { months: [], cases: [(on) => db.setJobTitle(on, { ...old!, title: 'x' })] },
  findMessage: {
    months: [-OLD],
    cases: [(on) => db.findMessage(on, { ...old!, messageId: old!.messages[3]!.id })],
  },
  listMessages: {
    months: [-OLD],
    cases: [
      (on) => db.listMessages(on, { ...old!, limit: 6 }),
      (on) => db.listMessages(on, { ...old!, limit: 6, before: old!.messages[9]!.id }),
      (on) => db.listMessages(on, { ...old!, limit: 6, from: old!.messages[9]!.id }),
      (on) => db.listMessages(on, { ...old!, limit: 6, around: old!.messages[9]!.id }),
    ],
  },
  readHistory: {
    months: [-OLD],
    cases: [(on) => db.readHistory(on, { ...old!, leafId: old!.row.lastMessageId!, limit: 50 })],
  },
  showBranch: {
    months: [-OLD],
    cases: [(on) => db.showBranch(on, { ...old!, messageId: old!.messages[3]!.id })],
  },
  startTurn: {
    months: lately,
    cases: [
      (on) => db.startTurn(on, newTurn({ userId: old!.userId, owner: process })),
      (on) => db.startTurn(on, { ...newTurn({ ...free!, owner: process }), newChat: false }),
      (on) => db.startTurn(on, { ...newTurn({ ...busy!, owner: process }), newChat: false }),
    ],
  },
  finishTurn: {
    months: lately,
    cases: [
      (on) => db.finishTurn(on, ending()),
      async (on) => {
        const { answer: _, ...unanswered } = ending()
        await db.finishTurn(on, unanswered)
      },
    ],
  },
  findTurn: {
    months: [-OLD],
    cases: [(on) => db.findTurn(on, { ...old!, turnId: old!.messages[0]!.turnId })],
  },
  listWaitingTurns: {
    months: lately,
    cases: [(on) => db.listWaitingTurns(on, { ...busy!, activeTurnId: running.turnId })],
  },
  requestStop: { months: recent, cases: [(on) => db.requestStop(on, running)] },
  findUnfinishedTurns: {
    months: [-OLD, ...recent],
    cases: [(on) => db.findUnfinishedTurns(on, [running.turnId, old!.messages[0]!.turnId])],
  },
  releaseTurn: {
    months: recent,
    cases: [(on) => db.releaseTurn(on, { ...running, epoch: 1, crashed: false })],
  },
  announceAttempt: {
    months: recent,
    cases: [(on) => db.announceAttempt(on, { ...attempt(), attemptId: db.newId() })],
  },
  settleAttempt: {
    months: recent,
    cases: [
      (on) =>
        db.settleAttempt(on, {
          ...attempt(),
          outcome: 'completed',
          rawFinish: 'stop',
          usage: null,
          costPicoUsd: 1n,
          timeToFirstTokenMs: 1,
          durationMs: 1,
          error: null,
        }),
    ],
  },
  listAttempts: { months: recent, cases: [(on) => db.listAttempts(on, running)] },
  // A turn of any month may be without an owner; what they read of each is an index that holds running turns only.
  claimOrphanedTurns: {
    months: all,
    cases: [(on) => db.claimOrphanedTurns(on, { owner: 'process-b', limit: 10 })],
  },
  findStopRequests: { months: all, cases: [(on) => db.findStopRequests(on, process)] },
  releaseIdleTurns: {
    months: all,
    cases: [(on) => db.releaseIdleTurns(on, { owner: process, running: [], idleMs: 1 })],
  },
  accountCall: {
    months: [],
    cases: [
      (on) =>
        db.accountCall(on, {
          id: db.newId(),
          userId: old!.userId,
          purpose: 'title',
          deployment: 'd',
          provider: 'p',
          model: 'm',
          inputTokens: 1,
          outputTokens: 1,
          estimated: false,
          costPicoUsd: 1n,
        }),
    ],
  },
  findBudget: {
    months: [],
    cases: [(on) => db.findBudget(on, { userId: old!.userId, month: db.monthOf(now) })],
  },
  listUsageDays: {
    months: [],
    cases: [
      (on) =>
        db.listUsageDays(on, { userId: old!.userId, from: '2026-11-01', until: '2026-12-01' }),
    ],
  },
  addToOutbox: {
    months: [],
    cases: [(on) => db.addToOutbox(on, [{ topic: 'chat-title', payload: {} }])],
  },
  takeFromOutbox: { months: [], cases: [(on) => db.takeFromOutbox(on, 10)] },
  countUndelivered: { months: [], cases: [(on) => db.countUndelivered(on)] },
  markDelivered: { months: [], cases: [(on) => db.markDelivered(on, [db.newId()])] },
  markUndeliverable: { months: [], cases: [(on) => db.markUndeliverable(on, [db.newId()])] },
  purgeDelivered: { months: [], cases: [(on) => db.purgeDelivered(on, 900 * 24 * 3_600_000)] },
  createDataRequest: {
    months: [],
    cases: [(on) => db.createDataRequest(on, { userId: old!.userId, kind: 'export' })],
  },
  listDataRequests: { months: [], cases: [(on) => db.listDataRequests(on, old!)] },
  findDataRequest: {
    months: [],
    cases: [(on) => db.findDataRequest(on, { ...old!, requestId: db.newId() })],
  },
  beginDataRequest: { months: [], cases: [(on) => db.beginDataRequest(on, db.newId())] },
  peekDataRequest: { months: [], cases: [(on) => db.peekDataRequest(on, db.newId())] },
  reportProgress: {
    months: [],
    cases: [(on) => db.reportProgress(on, { ...dataRequest(), done: 1, total: 2 })],
  },
  completeDataRequest: {
    months: [],
    cases: [(on) => db.completeDataRequest(on, { ...dataRequest(), keepMs: 1 })],
  },
  failDataRequest: {
    months: [],
    cases: [(on) => db.failDataRequest(on, { ...dataRequest(), problem: 'none', keepMs: 1 })],
  },
  findDataRequestIds: { months: [], cases: [(on) => db.findDataRequestIds(on, [db.newId()])] },
  listChatIds: {
    months: [],
    cases: [(on) => db.listChatIds(on, { userId: old!.userId, limit: 5 })],
  },
  countChats: { months: [], cases: [(on) => db.countChats(on, old!)] },
  createApiKey: {
    months: [],
    cases: [(on) => db.createApiKey(on, newKey(), 50)],
  },
  listApiKeys: { months: [], cases: [(on) => db.listApiKeys(on, old!)] },
  changeApiKey: {
    months: [],
    cases: [(on) => db.changeApiKey(on, apiKey(), { name: 'x' })],
  },
  rotateApiKey: {
    months: [],
    cases: [(on) => db.rotateApiKey(on, { ...newKey(), ...apiKey(), overlapMs: 1 })],
  },
  revokeApiKey: { months: [], cases: [(on) => db.revokeApiKey(on, apiKey())] },
  findApiKey: { months: [], cases: [(on) => db.findApiKey(on, Buffer.alloc(32))] },
  listChangedApiKeys: { months: [], cases: [(on) => db.listChangedApiKeys(on, 30_000)] },
  noteApiKeyUse: {
    months: [],
    cases: [(on) => db.noteApiKeyUse(on, { ...apiKey(), address: 'x' })],
  },
  beginApiCall: { months: [], cases: [(on) => db.beginApiCall(on, apiCall())] },
  noteApiCallProgress: {
    months: [],
    cases: [(on) => db.noteApiCallProgress(on, { ...apiCall(), outputTokens: 1 })],
  },
  endApiCall: { months: [], cases: [(on) => db.endApiCall(on, apiCall())] },
  findLostApiCalls: {
    months: [],
    cases: [(on) => db.findLostApiCalls(on, { limit: 50, oldMs: 1 })],
  },
  hasChat: { months: [], cases: [(on) => db.hasChat(on, old!)] },
  recordAudit: { months: [], cases: [(on) => db.recordAudit(on, auditEntry)] },
  listAuditLog: {
    months: recent,
    cases: [
      (on) => db.listAuditLog(on, { ...lastHours(), limit: 5 }),
      (on) => db.listAuditLog(on, { ...lastHours(), limit: 5, actor: 'a', before: db.newId() }),
      (on) => db.listAuditLog(on, { ...lastHours(), limit: 5, action: 'a', subject: 'b' }),
      (on) => db.listAuditLog(on, { ...lastHours(), limit: 5, subject: 'b' }),
    ],
  },
  listUsers: {
    months: [],
    cases: [
      (on) => db.listUsers(on, { limit: 50 }),
      (on) => db.listUsers(on, { limit: 50, beforeId: old!.userId }),
      (on) => db.listUsers(on, { limit: 50, kind: 'guest' }),
      (on) => db.listUsers(on, { limit: 50, tier: 'pro' }),
      (on) => db.listUsers(on, { limit: 50, role: 'admin' }),
      (on) => db.listUsers(on, { limit: 50, banned: true }),
    ],
  },
  searchUsers: {
    months: [],
    cases: [
      (on) => db.searchUsers(on, { limit: 50, prefix: 'Ada' }),
      (on) => {
        const after = { by: 'email' as const, value: 'ada@example.com', id: old!.userId }
        return db.searchUsers(on, { limit: 50, prefix: 'ada', after })
      },
      (on) => {
        const after = { by: 'name' as const, value: 'ada', id: old!.userId }
        return db.searchUsers(on, { limit: 50, prefix: 'ada', after })
      },
    ],
  },
  isLastAdministrator: { months: [], cases: [(on) => db.isLastAdministrator(on, old!)] },
  sumUsage: {
    months: recent,
    cases: [(on) => db.sumUsage(on, { userId: old!.userId, since: now })],
  },
  recordFailures: { months: [], cases: [(on) => db.recordFailures(on, [failure()])] },
  findFailures: { months: [], cases: [(on) => db.findFailures(on, failure().traceId)] },
  groupFailures: { months: [], cases: [(on) => db.groupFailures(on, now)] },
  listLatestFailures: { months: [], cases: [(on) => db.listLatestFailures(on, 20)] },
  findTurnOfAnyone: {
    months: [-OLD],
    cases: [(on) => db.findTurnOfAnyone(on, old!.messages[0]!.turnId)],
  },
  // A chat may have messages of any month, and a user calls of any.
  readMessagePage: {
    months: all,
    cases: [(on) => db.readMessagePage(on, { ...old!, limit: 6 })],
  },
  readAttemptPage: {
    months: all,
    cases: [(on) => db.readAttemptPage(on, { userId: old!.userId, limit: 6 })],
  },
  deleteMessages: { months: all, cases: [(on) => db.deleteMessages(on, old!)] },
  findStanding: { months: [], cases: [(on) => db.findStanding(on, old!.userId)] },
  reviewStanding: {
    months: monthsBetween(-2 * DAY_MS, 0),
    cases: [
      (on) =>
        db.reviewStanding(on, {
          userId: old!.userId,
          reviewedAt: new Date(now.getTime() - 2 * DAY_MS),
          now,
        }),
    ],
  },
  lowerStanding: {
    months: [],
    cases: [
      (on) => db.lowerStanding(on, { userId: old!.userId, reason: 'too-many-requests', now }),
    ],
  },
  countTokens: {
    months: monthsBetween(-DAY_MS, 0),
    cases: [
      (on) =>
        db.countTokens(on, {
          userId: old!.userId,
          from: new Date(now.getTime() - DAY_MS),
          until: now,
        }),
    ],
  },
  findIdleChats: {
    months: [],
    cases: [
      (on) =>
        db.findIdleChats(on, {
          tier: 'guest',
          idleSince: now,
          users: 20,
          afterUserId: old!.userId,
        }),
    ],
  },
  deleteIdleChat: {
    months: all,
    cases: [(on) => db.deleteIdleChat(on, { ...old!, idleSince: now })],
  },
  // Deleting leaves nothing anywhere, so that it looks everywhere.
  deleteChat: { months: all, cases: [(on) => db.deleteChat(on, old!)] },
}

/** Functions of the package that run no query of their own on these tables, or not for a request. */
const others: Record<string, string> = {
  createDatabase: 'makes a pool',
  openDatabases: 'makes pools',
  createReads: 'chooses a pool',
  databaseKeys: 'keys of the environment',
  asUser: 'says for whom others run',
  asSystem: 'says for whom others run',
  pingDatabase: 'reads no table',
  isPostgresError: 'pure',
  newId: 'pure',
  isFreshTurnId: 'pure',
  timestampOf: 'pure',
  ensurePartitionFor: 'reads the catalogue',
  ensurePartitions: 'reads the catalogue',
  withMissingPartition: 'reads the catalogue',
  monthsAhead: 'reads the catalogue',
  dropEmptyMonths: 'maintenance, once a day',
  packNextMonth: 'maintenance, once a day',
  readServerStatistics: 'reads the catalogue',
  createServerMetrics: 'reads the catalogue',
  DatabaseBusyError: 'an error',
  DatabaseSilentError: 'an error',
  NoReplicaError: 'an error',
  TurnRefusedError: 'an error',
  BudgetRefusedError: 'an error',
  monthOf: 'pure',
  readInstallationBudget: 'tables of a few rows',
  setInstallationBudget: 'a table of one row',
  addInstallationAlert: 'a table of a few rows',
  listTierBudgets: 'a table of a few rows',
  findUserByEmail: 'for administrators; by the auth library’s own index',
  setUserBudget: 'once in a while, by an administrator',
  listUserBudgets: 'for administrators; those who have another budget are few',
  listAlertedBudgets: 'for administrators; by an index of its own',
  searchMessages: 'a plan does not show what its function reads; search.test.ts counts that',
  mergeGuest: 'once in a guest’s life; moves everything, so that it looks everywhere',
  derivedId: 'pure',
  createPseudonymizer: 'pure',
  isStillReferenced: 'pure',
  addRevocations: 'no user’s',
  listRevocations: 'no user’s; what is new is found by an index of its own',
  listSigningKeys: 'a table of a few rows',
  addSigningKey: 'once a month; a transaction of its own',
  deleteSigningKeys: 'once a month',
  purgeRevocations: 'a table of a few rows',
  purgeDataRequests: 'housekeeping',
  restartIdleDataRequests: 'housekeeping',
  insertImportedChat: 'asks for a transaction of its own',
  insertImportedMessages: 'asks for a transaction of its own',
  closeAccount: 'once in an account’s life',
  deleteExports: 'once in an account’s life, or with all chats',
  deleteLeftovers: 'once in an account’s life, or with all chats; looks everywhere',
  deleteOutboxOf: 'once in an account’s life; reads the whole outbox',
  disownAttempts: 'once in an account’s life; changes everything, so that it looks everywhere',
  forgetUser: 'once in an account’s life',
  listOwnUserIds: 'once in an account’s life',
  createFailureLog: 'runs recordFailures',
  purgeFailures: 'housekeeping',
  forgetFailures: 'once in an account’s life; reads all failures',
  listTierNames: 'a table of a few rows',
  listAnnouncements: 'a table of a few rows',
  listComingAnnouncements: 'a table of a few rows',
  insertAnnouncement: 'a table of a few rows',
  updateAnnouncement: 'a table of a few rows',
  deleteAnnouncement: 'a table of a few rows',
  countUsers: 'a sum over everybody, once a minute at most while an administrator looks',
  countActiveUsers: 'a sum over everybody, once a minute at most while an administrator looks',
  countTurns: 'a sum over everybody, once a minute at most while an administrator looks',
  listRetentionPolicies: 'a table of a few rows',
  listTiers: 'a table of a few rows',
  saveTier: 'a table of a few rows',
  removeTier: 'an administrator’s; what it asks of users has an index',
  countProcesses: 'a table of a few rows',
  addMail: 'asks for a transaction of its own',
  beginMail: 'by the key of a mail, once a mail',
  markMailSent: 'by the key of a mail, once a mail',
  takeMailLink: 'by the key of a mail, once a link',
  withdrawMailLinks: 'mails of one address, once a new password',
  purgeMails: 'housekeeping',
  putIntoMailbox: 'on a laptop only',
  listMailbox: 'on a laptop only',
  purgeMailbox: 'on a laptop only',
  confirmAddress: 'once in an account’s life',
  listAdministratorAddresses: 'three times a month at most',
  hasAdministrator: 'at a boot, and for whoever has a set-up token',
  renameUser: 'by the key of a user, at will',
  setUserTier: 'by the key of a user, once in an account’s life',
  findSignUpRules: 'a table of one row',
  setSignUpRules: 'a table of one row',
  createInvitation: 'a table of a few rows',
  findInvitation: 'a table of a few rows',
  listInvitations: 'a table of a few rows',
  purgeInvitations: 'housekeeping',
  revokeInvitation: 'a table of a few rows',
  takeInvitation: 'a table of a few rows',
  addSetUpToken: 'a table of a few rows',
  forgetSetUpTokens: 'a table of a few rows',
  listSetUpTokens: 'a table of a few rows',
  findLinkedAuthUser: 'the auth library’s tables, by an index; once a sign-in',
  takeTotpStep: 'the auth library’s tables, by an index; once a sign-in',
  listLinkedAccounts: 'one’s own account page',
  readAccount: 'an export’s',
  beat: 'a table of a few rows',
  isAlive: 'a table of a few rows',
  deregisterProcess: 'a table of a few rows',
  purgeProcesses: 'a table of a few rows',
  retryDeadlock: 'asks nothing by itself',
}
const SMALL = new Set(['processes', 'tiers', 'budgets', 'user_budgets', 'api_calls'])
/** Reading from end to end is the cheapest way: a few rows, or none yet. */
function isSmall(table: string): boolean {
  const [, month = ''] = /_(y\d{4}m\d\d)$/.exec(table) ?? []
  return SMALL.has(table) || month > monthSuffix(now)
}

test('every function of the package is judged here, or named with the reason why not', () => {
  const functions = Object.entries(db).filter(([, value]) => typeof value === 'function')
  expect(functions.map(([name]) => name).toSorted()).toEqual(
    [...Object.keys(hot), ...Object.keys(others)].toSorted(),
  )
})

describe('reads the months it needs, and nothing from end to end', () => {
  test.each(Object.entries(hot))('%s', async (_name, { months, cases }) => {
    const allowed = months === all ? undefined : months.map((ahead) => monthSuffix(now, ahead))
    const read = new Set<string>()
    for (const run of cases) {
      for (const plan of await plansOf(database.url, (on) => run(on as Transaction<Database>))) {
        const sequential = plan.sequential.filter((table) => !isSmall(table))
        const others = plan.months.filter((month) => allowed?.includes(month) === false)
        expect({ ...plan, sequential, others }).toMatchObject({ sequential: [], others: [] })
        for (const month of plan.months) read.add(month)
      }
    }
    expect(read.size > 0).toBe(months.length > 0)
  })
})

test('the check itself sees a query that reads every month, and one that reads from end to end', async () => {
  const [unbounded] = await plansOf(database.url, (on) =>
    db
      .asUser(on, old!.userId)
      .selectFrom('chatHistory')
      .select('id')
      .where('userId', '=', old!.userId)
      .where('sessionId', '=', old!.chatId)
      .execute(),
  )
  // By whom no policy binds: an index helps a user’s policy, whatever else is asked.
  const [byText] = await plansOf(database.adminUrl, (on) =>
    sql`select id from chat_history where model like '%x%'`.execute(on),
  )
  expect(unbounded!.months.length).toBeGreaterThanOrEqual(MONTHS)
  expect(byText!.sequential).toContain(`chat_history_${monthSuffix(now, -OLD)}`)
})

function monthsBetween(fromMs: number, untilMs: number): number[] {
  const month = (ms: number): number => {
    const time = new Date(now.getTime() + ms)
    return time.getUTCFullYear() * 12 + time.getUTCMonth()
  }
  const first = month(fromMs) - month(0)
  const count = month(untilMs) - month(fromMs) + 1
  return Array.from({ length: count }, (_, index) => first + index)
}

async function chatFrom(ago: number, skip = 0): Promise<Chat> {
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1))
  const row = await admin
    .selectFrom('chatSessions')
    .selectAll()
    .where('createdAt', '>=', month)
    .where('activeTurnId', 'is', null)
    .orderBy('createdAt')
    .offset(skip)
    .limit(1)
    .executeTakeFirstOrThrow()
  const chat = { userId: row.userId, chatId: row.id }
  return { ...chat, row, messages: await messagesOf(runtime, chat) }
}

async function messagesOf(on: Kysely<Database>, chat: { userId: string; chatId: string }) {
  return (await db.listMessages(on, { ...chat, limit: 100 })).messages
}

const auditEntry: db.AuditEntry = {
  actorKind: 'service',
  actor: null,
  action: 'export',
  outcome: 'completed',
}

function lastHours() {
  return { from: new Date(now.getTime() - 2 * HOUR_MS), until: now }
}

function failure(): db.NewFailure {
  return {
    id: db.newId(),
    traceId: 'a'.repeat(32),
    service: 'chat-api',
    code: 'internal-error',
    status: 500,
    route: 'turn',
    actor: null,
    turnId: null,
    decisions: [],
  }
}

function dataRequest() {
  return { userId: old!.userId, requestId: db.newId() }
}

/** Several of each user, changed at one time or another. */
async function seedApiKeys(): Promise<void> {
  await sql`
    insert into api_keys (id, user_id, name, prefix, secret_hash, created_at, changed_at)
    select gen_random_uuid(), users.id, 'x', 'bx-01234567', sha256(gen_random_uuid()::text::bytea),
      now(), now() - random() * interval '2 years'
    from (select id from users limit 1000) as users, generate_series(1, 5)
  `.execute(admin)
  await sql`analyze api_keys`.execute(admin)
}

function apiKey() {
  return { userId: old!.userId, keyId: db.newId() }
}

function newKey() {
  return {
    userId: old!.userId,
    name: 'x',
    prefix: 'bx-01234567',
    secretHash: Buffer.alloc(32),
    models: null,
    monthlyBudgetPicoUsd: null,
    expiresAt: null,
  }
}

function apiCall() {
  const apiKeyId = db.newId()
  return {
    userId: old!.userId,
    callId: db.newId(),
    apiKeyId,
    owner: process,
    inputTokens: 1,
    price: NO_PRICE,
    inputBytes: 1,
  }
}

function attempt() {
  const { userId, turnId } = running
  return { attemptId, userId, turnId, epoch: 1, deployment: 'd', provider: 'p', model: 'm' }
}

function ending(): db.TurnEnding {
  const { turnId, chatId, userId } = running
  return {
    turnId,
    chatId,
    userId,
    owner: process,
    epoch: 1,
    state: 'completed',
    finish: 'stop',
    answer: { messageId: db.newId(), parts: [{ type: 'text', text: 'yes' }], model: 'gpt-9' },
    nextOwner: process,
    priceOf: () => NO_PRICE,
  }
}
