import { readAttemptPage, readMessagePage } from '@brainlyx/db'
import type {
  ApiKeyView,
  AttemptRow,
  ChatRow,
  Database,
  MessageRow,
  UsageDayRow,
} from '@brainlyx/db'
import type { Kysely } from 'kysely'

/** How many rows are in memory at once. */
const PAGE_SIZE = 200

// The shapes of version 1 of the format; docs/export-format.md describes them.

/** A chat as JSON lines: itself, then its messages in order of time, all branches of them. */
export async function* chatLines(
  db: Kysely<Database>,
  userId: string,
  chat: ChatRow,
): AsyncGenerator<string> {
  yield toLine({
    type: 'chat',
    id: chat.id,
    title: chat.title,
    titleSource: chat.titleSource,
    lastMessageId: chat.lastMessageId,
    createdAt: chat.createdAt,
    updatedAt: chat.updatedAt,
  })
  for await (const messages of messagePages(db, userId, chat.id)) {
    yield messages.map((message) => toLine(messageOf(message))).join('')
  }
}

/** A chat's messages, page by page. */
export async function* messagePages(
  db: Kysely<Database>,
  userId: string,
  chatId: string,
): AsyncGenerator<MessageRow[]> {
  let page: MessageRow[] = []
  do {
    const last = page.at(-1)
    page = await readMessagePage(db, {
      userId,
      chatId,
      limit: PAGE_SIZE,
      ...(last === undefined ? {} : { after: last }),
    })
    if (page.length > 0) yield page
  } while (page.length === PAGE_SIZE)
}

/** The ledger as JSON lines: one call to a provider a line. */
export async function* usageLines(db: Kysely<Database>, userId: string): AsyncGenerator<string> {
  let page: AttemptRow[] = []
  do {
    const last = page.at(-1)
    page = await readAttemptPage(db, {
      userId,
      limit: PAGE_SIZE,
      ...(last === undefined ? {} : { after: last }),
    })
    yield page.map((attempt) => toLine(usageOf(attempt))).join('')
  } while (page.length === PAGE_SIZE)
}

/** What the ledger's days came to, the newest first. */
export async function* usageDayLines(days: readonly UsageDayRow[]): AsyncGenerator<string> {
  for (const { userId: _user, inputTokens, outputTokens, ...day } of days) {
    yield toLine({ ...day, inputTokens: Number(inputTokens), outputTokens: Number(outputTokens) })
  }
}

/** The user's API keys as JSON lines, without what they are checked by. */
export async function* apiKeyLines(keys: readonly ApiKeyView[]): AsyncGenerator<string> {
  for (const { userId: _user, changedAt: _changed, ...key } of keys) yield toLine(key)
}

function messageOf(message: MessageRow): object {
  const { id, parentId, turnId, role, parts, model, finish, createdAt } = message
  return { type: 'message', id, parentId, turnId, role, parts, model, finish, createdAt }
}

function usageOf(attempt: AttemptRow): object {
  const { userId: _user, epoch: _epoch, error, ...rest } = attempt
  return { ...rest, errorCode: error?.code ?? null }
}

/** Money is a string in JSON, which has no integers that large. */
function toLine(value: object): string {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? part.toString() : part,
  )
  return `${text}\n`
}
