/** What people write where a secret should be, and what examples and tests have there. */
const KNOWN = [
  'better-auth',
  'brainlyx',
  'change',
  'correct horse',
  'default',
  'example',
  'insert',
  'long enough',
  'password',
  'placeholder',
  'qwert',
  'replace',
  'secret',
  'your-',
  'your_',
]
/** Half of what 32 random characters in hex have, which are the poorest that are good enough. */
const LEAST_BITS = 90

/**
 * Why a secret of 32 characters or more (the environment asks for that everywhere) is none, in words that follow its
 * name. undefined: nothing speaks against it.
 */
export function weaknessOf(secret: string): string | undefined {
  const known = KNOWN.find((word) => secret.toLowerCase().includes(word))
  if (known !== undefined) return `is not random: it says «${known}»`
  if (/^(.{1,20})\1+.{0,20}$/.test(secret)) return 'repeats itself; use random characters'
  if (entropyBits(secret) < LEAST_BITS || countsOn(secret)) {
    return 'is too simple for production; use random characters'
  }
  return undefined
}

/** Shannon's measure of the characters as they come; an upper bound of what an attacker has to guess. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length)
  return bits
}

/** `abcdefgh…`, `0123…`, `zyx…`: more than half of its characters follow from the one before. */
function countsOn(text: string): boolean {
  let following = 0
  for (let index = 1; index < text.length; index++) {
    if (Math.abs(text.charCodeAt(index) - text.charCodeAt(index - 1)) === 1) following++
  }
  return following > text.length / 2
}
