import { keywordsOf, quoteOf } from './topic.ts'

/** Whether the system prompt asks for a chat's title instead of an answer. */
export function asksForTitle(system: string): boolean {
  return /\btitle\b/i.test(system)
}

/** Three to six of the user's own words, capitalised, without quotes or a full stop. */
export function titleOf(prompt: string): string {
  const text = prompt.replace(/^\s*(user|assistant|message|conversation)\s*:/gim, ' ')
  const keywords = keywordsOf(text).slice(0, 6)
  const words =
    keywords.length >= 3
      ? keywords
      : ['A', 'Chat', 'About', ...(keywords.length > 0 ? keywords : plainWords(text))]
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ')
}

function plainWords(text: string): string[] {
  const words = quoteOf(text, 60).match(/[\p{L}\p{N}]+/gu) ?? []
  return words.length > 0 ? words.slice(0, 3) : ['Nothing']
}
