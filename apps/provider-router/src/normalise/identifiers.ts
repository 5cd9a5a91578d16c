import { randomHex } from '@brainlyx/service-kit'

/** One per answer, ours: some providers give every chunk another, some give none. */
export function newCompletionId(): string {
  return `chatcmpl-${randomHex(16)}`
}

/** For tool calls whose provider gave none: callers answer by it. */
export function newToolCallId(): string {
  return `call_${randomHex(16)}`
}
