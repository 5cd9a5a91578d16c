/** What every response has, whatever became of its request. */
const REQUIRED: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^(SAMEORIGIN|DENY)$/,
  'referrer-policy': /^(no-referrer|same-origin)$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'x-trace-id': /^[\da-f]{32}$/,
}
const FORBIDDEN = ['x-powered-by', 'server', 'access-control-allow-origin']

/** The security headers of a response that are missing, wrong, or should not be there. */
export function missingSecurityHeaders({ headers }: Pick<Response, 'headers'>): string[] {
  const wrong = Object.entries(REQUIRED)
    .filter(([name, pattern]) => !pattern.test(headers.get(name) ?? ''))
    .map(([name]) => `${name}: ${headers.get(name) ?? 'missing'}`)
  return [...wrong, ...FORBIDDEN.filter((name) => headers.has(name))]
}
