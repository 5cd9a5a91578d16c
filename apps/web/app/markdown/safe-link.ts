const ALLOWED = new Set(['http:', 'https:', 'mailto:'])

/**
 * The address of a link that a model wrote, or undefined where following it could run something or leave the web:
 * anything but absolute http, https and mailto.
 */
export function safeLink(href: string): string | undefined {
  const address = href.trim()
  if (Array.from(address).some(isSpaceOrControl)) return undefined
  try {
    const url = new URL(address)
    return ALLOWED.has(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}

/** Browsers drop these inside an address, so that `java\nscript:` would come to life. */
function isSpaceOrControl(character: string): boolean {
  return character <= ' ' || (character >= '\u007f' && character <= '\u009f')
}
