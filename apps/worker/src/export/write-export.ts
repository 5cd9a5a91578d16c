import {
  findChat,
  findUser,
  listApiKeys,
  listChatIds,
  listUsageDays,
  readAccount,
} from '@brainlyx/db'
import type { ChatRow, Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { chatMarkdown } from './chat-markdown.ts'
import { apiKeyLines, chatLines, usageDayLines, usageLines } from './export-lines.ts'

/** Raised when what a version promised no longer holds; docs/export-format.md keeps all of them. */
export const EXPORT_VERSION = 1
const CHAT_PAGE_SIZE = 100
const EVER = { from: '0001-01-01', until: '9999-12-31' }

/**
 * Writes everything of a user into a ZIP file, one page of rows at a time: what is in memory depends on no chat's
 * length, only a name a chat stays until the end, for the file's directory.
 * @param options.onChat after each chat; throws to give the export up
 */
export async function writeExport(options: {
  db: Kysely<Database>
  userId: string
  path: string
  now: Date
  onChat: (done: number) => Promise<void>
}): Promise<void> {
  const { db, userId, path, now, onChat } = options
  const zip = new ZipFile()
  const written = pipeline(zip.outputStream as Readable, createWriteStream(path, { mode: 0o600 }))
  // Awaited below; until then a failure shows in the entry that is being written.
  written.catch(() => undefined)

  async function add(name: string, lines: AsyncIterable<string>): Promise<void> {
    const entry = Readable.from(lines)
    zip.addReadStream(entry, name, { mtime: now })
    // Writing may end first: a full disk must not leave us waiting for an entry that nobody reads.
    await Promise.race([finished(entry), written])
  }

  try {
    let chats = 0
    for await (const chat of allChats(db, userId)) {
      await add(`chats/${chat.id}.jsonl`, chatLines(db, userId, chat))
      await add(`markdown/${readableName(chat)}.md`, chatMarkdown(db, userId, chat))
      await onChat(++chats)
    }
    await add('usage.jsonl', usageLines(db, userId))
    const days = await listUsageDays(db, { userId, ...EVER })
    if (days.length > 0) await add('usage-days.jsonl', usageDayLines(days))
    const keys = await listApiKeys(db, { userId })
    if (keys.length > 0) await add('api-keys.jsonl', apiKeyLines(keys))
    const user = await findUser(db, userId)
    const { kind = 'guest', name = null, email = null, createdAt = null } = user ?? {}
    const { role = 'user', tier = 'free', emailVerifiedAt = null } = user ?? {}
    const standing = {
      percent: user?.standing ?? 100,
      reason: user?.standingReason ?? 'new',
      changedAt: user?.standingChangedAt ?? null,
    }
    const account = await readAccount(db, userId)
    const manifest = {
      format: 'brainlyx-export',
      version: EXPORT_VERSION,
      exportedAt: now,
      user: { kind, name, email, createdAt, role, tier, standing, emailVerifiedAt, ...account },
      chats,
    }
    zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), 'manifest.json')
    zip.end()
    await written
  } catch (error) {
    const output = zip.outputStream as Readable
    output.destroy()
    if (!output.closed) await once(output, 'close')
    await written.catch(() => undefined)
    throw error
  }
}

/** In the order they were begun; those that begin meanwhile come along, those that are deleted do not. */
async function* allChats(db: Kysely<Database>, userId: string): AsyncGenerator<ChatRow> {
  let ids: string[] = []
  do {
    const after = ids.at(-1)
    ids = await listChatIds(db, {
      userId,
      limit: CHAT_PAGE_SIZE,
      ...(after === undefined ? {} : { after }),
    })
    for (const chatId of ids) {
      const chat = await findChat(db, { userId, chatId })
      if (chat !== undefined) yield chat
    }
  } while (ids.length === CHAT_PAGE_SIZE)
}

/** `2026-11-26-a-trip-to-lisbon-6272b674`: letters, digits and dashes only, and two chats never share it. */
function readableName(chat: ChatRow): string {
  const words = (chat.title ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 40)
    .toWellFormed()
    .replaceAll(/^-|-$|\ufffd/g, '')
  const day = chat.createdAt.toISOString().slice(0, 10)
  return [day, words, chat.id.slice(-12)].filter((part) => part !== '').join('-')
}
