// What is being typed, kept in this browser for each chat until it is sent.

const key = (chatId: string | null): string => `brainlyx-draft-${chatId ?? 'new'}`

export function readDraft(chatId: string | null): string {
  try {
    return localStorage.getItem(key(chatId)) ?? ''
  } catch {
    return '' // storage is switched off
  }
}

export function keepDraft(chatId: string | null, text: string): void {
  try {
    if (text.trim() === '') localStorage.removeItem(key(chatId))
    else localStorage.setItem(key(chatId), text)
  } catch {
    // Full or switched off: only the convenience is lost.
  }
}
