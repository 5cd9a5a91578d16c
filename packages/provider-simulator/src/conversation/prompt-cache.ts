import { hash } from 'node:crypto'

const blockCharacters = 512
const blockTokens = 128
const leastCachedTokens = 1024

export interface PromptCache {
  /** Tokens of the beginning of `text` that an earlier call has sent, in steps of 128, from 1024 on; remembers `text`. */
  cachedTokens: (text: string, tokens: number) => number
  /** Whether exactly this text has been sent before; remembers it. */
  sentBefore: (text: string) => boolean
  clear: () => void
}

/**
 * Providers cache the beginning of a prompt. Here a prompt is a chain of hashes of 512 characters each (about 128
 * tokens); the newest `capacity` links are remembered, and a call's cached part is its longest known chain.
 */
export function createPromptCache(capacity = 50_000): PromptCache {
  const known = new Set<string>()
  const remember = (link: string): void => {
    known.delete(link)
    known.add(link)
    if (known.size <= capacity) return
    const oldest = known.values().next()
    if (!oldest.done) known.delete(oldest.value)
  }
  return {
    cachedTokens: (text, tokens) => {
      if (tokens < leastCachedTokens) return 0
      let link = ''
      let blocks = 0
      let unbroken = true
      for (let at = 0; at + blockCharacters <= text.length; at += blockCharacters) {
        link = hash('md5', link + text.slice(at, at + blockCharacters))
        unbroken &&= known.has(link)
        if (unbroken) blocks += 1
        remember(link)
      }
      const cached = Math.min(blocks * blockTokens, Math.floor(tokens / blockTokens) * blockTokens)
      return cached >= leastCachedTokens ? cached : 0
    },
    sentBefore: (text) => {
      const link = hash('md5', `whole\n${text}`)
      const before = known.has(link)
      remember(link)
      return before
    },
    clear: () => known.clear(),
  }
}
