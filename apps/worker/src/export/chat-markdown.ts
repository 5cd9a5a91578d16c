import type { ChatRow, Database, MessageRow } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { messagePages } from './export-lines.ts'

/**
 * A chat for people to read: its messages in order of time. Where one does not follow the one above it, since the chat
 * has branches, it says which one it follows.
 */
export async function* chatMarkdown(
  db: Kysely<Database>,
  userId: string,
  chat: ChatRow,
): AsyncGenerator<string> {
  yield `# ${onOneLine(chat.title ?? 'New chat')}\n\nBegun ${chat.createdAt.toISOString()}\n`
  let previousId: string | null = null
  for await (const messages of messagePages(db, userId, chat.id)) {
    let text = ''
    for (const message of messages) {
      text += messageMarkdown(message, previousId)
      previousId = message.id
    }
    yield text
  }
}

function messageMarkdown(message: MessageRow, previousId: string | null): string {
  const { id, parentId, role, model, createdAt } = message
  const who = role === 'user' ? 'You' : `Answer${model === null ? '' : ` (${onOneLine(model)})`}`
  const place =
    parentId === previousId
      ? ''
      : `*Another version, after ${parentId === null ? 'the beginning' : parentId}.*\n\n`
  const body = message.parts.map(partMarkdown).join('\n\n')
  return `\n---\n\n## ${who}\n\n${createdAt.toISOString()} · ${id}\n\n${place}${body}\n`
}

function partMarkdown(part: MessageRow['parts'][number]): string {
  if (part.type === 'text') return part.text
  if (part.type === 'reasoning') return part.text.replaceAll(/^/gm, '> ')
  return `Tool call \`${part.name}\`\n\n${fenced(part.arguments)}`
}

/** A fence is longer than any run of backticks inside it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}json\n${text}\n${fence}`
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
