import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { openPromise } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import type { z } from 'zod'
import { checkTree } from './check-tree.ts'
import { ChatLine, Manifest, MessageLine } from './export-schema.ts'
import { ImportProblem } from './import-problem.ts'
import { readJsonLines } from './read-lines.ts'

const CHAT_FILE = /^chats\/[\da-f-]{36}\.jsonl$/
/** What it may be once unpacked; the directory says so before, and reading checks that it is true. */
const UNPACKED_LIMIT_BYTES = 4 * 1024 ** 3
const MANIFEST_LIMIT_BYTES = 1024 * 1024
const FILES_LIMIT = 500_000
const MESSAGES_LIMIT = 200_000
const BATCH = 200

/** An export that was opened; its chats can be read any number of times. */
export interface ExportReader {
  /** In the order of the file. */
  chats(): AsyncGenerator<ChatReader>
  close(): void
}

export interface ChatReader {
  readonly chat: ChatLine
  /** In batches; read them before the next chat. */
  readonly messages: AsyncGenerator<MessageLine[]>
}

/**
 * Opens an export that somebody sent. No name in it becomes a path here: files are only read, those whose names we know,
 * line by line.
 * @throws {ImportProblem} where it is no export, too large, or of another version
 */
export async function openExport(path: string): Promise<ExportReader> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch(notAZip)
  try {
    const entries = await readDirectory(zip)
    await readManifest(zip, entries)
    const chatEntries = entries.filter(({ fileName }) => CHAT_FILE.test(fileName))
    return {
      async *chats() {
        for (const entry of chatEntries) {
          const stream = await zip.openReadStreamPromise(entry).catch(notAZip)
          yield* readChat(stream, entry.fileName)
        }
      },
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}

async function readDirectory(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > FILES_LIMIT) throw new ImportProblem('export-too-large', 'too many files')
  const entries: Entry[] = []
  let unpacked = 0
  try {
    // Refuses absolute names, backslashes and `..` by itself.
    for await (const entry of zip.eachEntry()) {
      unpacked += entry.uncompressedSize
      entries.push(entry)
    }
  } catch (error) {
    return notAZip(error)
  }
  if (unpacked > UNPACKED_LIMIT_BYTES) {
    throw new ImportProblem('export-too-large', 'what is in it is too large')
  }
  return entries
}

async function readManifest(zip: ZipFile, entries: readonly Entry[]): Promise<void> {
  const entry = entries.find(({ fileName }) => fileName === 'manifest.json')
  if (entry === undefined || entry.uncompressedSize > MANIFEST_LIMIT_BYTES) {
    throw new ImportProblem('not-an-export', 'it has no manifest.json of ours')
  }
  const content = await buffer(await zip.openReadStreamPromise(entry)).catch(notAZip)
  let value: unknown
  try {
    value = JSON.parse(content.toString())
  } catch {
    throw new ImportProblem('not-an-export', 'manifest.json: is not JSON')
  }
  check(Manifest, value, 'manifest.json', 'not-an-export')
}

async function* readChat(stream: Readable, fileName: string): AsyncGenerator<ChatReader> {
  const lines = readJsonLines(stream, fileName)
  try {
    const first = await next(lines)
    if (first === undefined) throw new ImportProblem('export-not-valid', `${fileName}: is empty`)
    const chat = check(ChatLine, first.value, `${fileName}, line 1`)
    const messages = readMessages(lines, chat, fileName)
    yield { chat, messages }
    await messages.return(undefined)
  } finally {
    stream.destroy()
  }
}

async function* readMessages(
  lines: AsyncGenerator<{ number: number; value: unknown }>,
  chat: ChatLine,
  fileName: string,
): AsyncGenerator<MessageLine[]> {
  const parents = new Map<string, string | null>()
  let batch: MessageLine[] = []
  for (let line = await next(lines); line !== undefined; line = await next(lines)) {
    const place = `${fileName}, line ${line.number}`
    const message = check(MessageLine, line.value, place)
    if (parents.has(message.id))
      throw new ImportProblem('export-not-valid', `${place}: id: is twice`)
    if (parents.size >= MESSAGES_LIMIT) {
      throw new ImportProblem('export-too-large', `${place}: a chat may not have so many messages`)
    }
    parents.set(message.id, message.parentId)
    batch.push(message)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  checkTree(parents, chat.lastMessageId, fileName)
  if (batch.length > 0) yield batch
}

/** A stream that breaks is a file that is broken. */
async function next(
  lines: AsyncGenerator<{ number: number; value: unknown }>,
): Promise<{ number: number; value: unknown } | undefined> {
  try {
    const { value, done } = await lines.next()
    return done === true ? undefined : value
  } catch (error) {
    if (error instanceof ImportProblem) throw error
    return notAZip(error)
  }
}

/** yauzl's errors are all about the file. */
function notAZip(error: unknown): never {
  throw Object.assign(new ImportProblem('not-an-export', 'it is no ZIP file, or a broken one'), {
    cause: error,
  })
}

function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
  place: string,
  code: ImportProblem['code'] = 'export-not-valid',
): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { path, message } = result.error.issues[0]!
  const field = path.length === 0 ? '' : `${path.join('.')}: `
  throw new ImportProblem(code, `${place}: ${field}${message}`)
}
