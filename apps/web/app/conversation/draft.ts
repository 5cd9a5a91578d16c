// What is being typed, and what was sent but is not known to have arrived: kept in this browser for each chat.

export interface UnsentMessage {
  /** The turn it was sent as: under the same id it cannot be there twice. */
  readonly turnId: string
  readonly text: string
}

const draftKey = (chatId: string | null): string => `brainlyx-draft-${chatId ?? 'new'}`
const unsentKey = (chatId: string | null): string => `brainlyx-unsent-${chatId ?? 'new'}`

export function readDraft(chatId: string | null): string {
  return read(draftKey(chatId)) ?? ''
}

export function keepDraft(chatId: string | null, text: string): void {
  keep(draftKey(chatId), text.trim() === '' ? null : text)
}

/** First sent first. */
export function readUnsent(chatId: string | null): readonly UnsentMessage[] {
  try {
    return JSON.parse(read(unsentKey(chatId)) ?? '[]')
  } catch {
    return []
  }
}

export function keepUnsent(chatId: string | null, message: UnsentMessage): void {
  const others = readUnsent(chatId).filter(({ turnId }) => turnId !== message.turnId)
  keep(unsentKey(chatId), JSON.stringify([...others, message]))
}

export function forgetUnsent(chatId: string | null, turnId: string): void {
  const others = readUnsent(chatId).filter((message) => message.turnId !== turnId)
  keep(unsentKey(chatId), others.length === 0 ? null : JSON.stringify(others))
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // storage is switched off
  }
}

function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // Full or switched off: only the convenience is lost.
  }
}
