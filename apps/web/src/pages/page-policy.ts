import type { RequestHandler } from 'express'
import { randomBytes } from 'node:crypto'
import type { Pages } from './pages.ts'

/** What a page of ours has no use for, so that a script of somebody else’s has none either. */
const UNUSED_FEATURES = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'hid']
  .map((feature) => `${feature}=()`)
  .join(', ')

/** What a page may load and who may keep it: our own scripts only, and nobody but the reader's browser. */
export function pagePolicy(pages: Pick<Pages, 'development'>): RequestHandler {
  return (_request, response, next) => {
    const nonce = pages.development ? '' : randomBytes(16).toString('base64')
    response.locals['nonce'] = nonce
    const scripts = pages.development
      ? "'self' 'unsafe-inline'"
      : `'nonce-${nonce}' 'strict-dynamic'`
    const styles = pages.development ? "'self' 'unsafe-inline'" : "'self'"
    const connections = pages.development ? "'self' ws:" : "'self'"
    response.setHeader(
      'content-security-policy',
      [
        "default-src 'none'",
        `script-src ${scripts}`,
        `style-src ${styles}`,
        `connect-src ${connections}`,
        // Remote pictures load only when a reader asks for one.
        "img-src 'self' data: https:",
        "font-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
    )
    response.setHeader('permissions-policy', UNUSED_FEATURES)
    // Under the stricter `no-referrer` browsers send `Origin: null` with our own forms.
    response.setHeader('referrer-policy', 'same-origin')
    response.setHeader('cache-control', 'private, no-store')
    next()
  }
}
