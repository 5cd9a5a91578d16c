const ALLOWED = new Set(['http:', 'https:', 'mailto:'])

/**
 * The address of a link that a model wrote, or undefined where following it could run something or leave the web:
 * anything but absolute http, https and mailto.
 */
export function safeLink(href: string): string | undefined {
  // Browsers drop these inside an address, so that `java\nscript:` would come to life.
  if (/[\u0000-\u0020\u007f-\u009f]/.test(href.trim())) return undefined
  try {
    const url = new URL(href.trim())
    return ALLOWED.has(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}
