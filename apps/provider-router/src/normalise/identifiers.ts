import { randomUUID } from 'node:crypto'

/** One per answer, ours: some providers give every chunk another, some give none. */
export function newCompletionId(): string {
  return `chatcmpl-${randomUUID().replaceAll('-', '')}`
}

/** For tool calls whose provider gave none: callers answer by it. */
export function newToolCallId(): string {
  return `call_${randomUUID().replaceAll('-', '')}`
}
