import { createHash, hash } from 'node:crypto'
import type { Hash } from 'node:crypto'

/** Longer texts go to the hash as they are, in place of being copied into one with all the rest. */
const LONG_TEXT = 8_192
/** No honest request nests as deep, and a recursion without a bound could be made to overflow the stack. */
const MAX_DEPTH = 64

/**
 * SHA-256 of a JSON value, whichever order its keys are in; undefined for a value that has no digest of its own: it
 * nests more than 64 deep, or holds half a surrogate pair, which UTF-8 can only write as U+FFFD.
 *
 * What is hashed names each value's kind and gives texts with their length. So it tells apart what JSON tells apart,
 * and nothing has to be escaped.
 */
export function canonicalDigest(value: unknown): string | undefined {
  const writer = new CanonicalWriter()
  return writer.write(value, 0) ? writer.digest() : undefined
}

class CanonicalWriter {
  #pending = ''
  #hash: Hash | undefined

  /** False for what has no digest. */
  write(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        this.#pending += `${value};`
        return true
      case 'boolean':
        this.#pending += value ? 't' : 'f'
        return true
      case 'object':
        if (value === null) break
        if (depth === MAX_DEPTH) return false
        return Array.isArray(value)
          ? this.#list(value, depth + 1)
          : this.#object(value as Readonly<Record<string, unknown>>, depth + 1)
      default: // `undefined` in a list, which JSON writes as null
    }
    this.#pending += 'n'
    return true
  }

  digest(): string | undefined {
    if (!this.#pending.isWellFormed()) return undefined
    if (this.#hash === undefined) return hash('sha256', this.#pending)
    return this.#hash.update(this.#pending).digest('hex')
  }

  #text(text: string): boolean {
    this.#pending += `"${text.length}:`
    if (text.length < LONG_TEXT) {
      this.#pending += text
      return true
    }
    if (!text.isWellFormed() || !this.#pending.isWellFormed()) return false
    this.#hash ??= createHash('sha256')
    this.#hash.update(this.#pending).update(text)
    this.#pending = ''
    return true
  }

  #list(items: readonly unknown[], depth: number): boolean {
    this.#pending += '['
    for (const item of items) if (!this.write(item, depth)) return false
    this.#pending += ']'
    return true
  }

  #object(object: Readonly<Record<string, unknown>>, depth: number): boolean {
    this.#pending += '{'
    for (const key of Object.keys(object).sort()) {
      const value = object[key]
      if (value === undefined) continue
      if (!this.#text(key) || !this.write(value, depth)) return false
    }
    this.#pending += '}'
    return true
  }
}
