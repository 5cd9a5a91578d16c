import type { Lifecycle } from '../lifecycle.ts'
import type { Metrics } from '../metrics.ts'
import type { Readiness } from '../readiness.ts'
import { listen } from './listen.ts'

/** For whoever opens one of them in a browser. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const

/**
 * `/livez` (the process runs), `/readyz` (send it traffic; 503 while it shuts down) and `/metrics`, on a port of
 * their own that is not reachable from outside.
 */
export async function startOpsServer(
  lifecycle: Lifecycle,
  options: { host: string; port: number; metrics: Metrics; readiness: () => Promise<Readiness> },
): Promise<{ port: number }> {
  const answer = async (path: string): Promise<{ status: number; type: string; body: string }> => {
    if (path === '/livez') return { status: 200, type: 'text/plain', body: 'ok\n' }
    if (path === '/metrics') {
      const { registry } = options.metrics
      return { status: 200, type: registry.contentType, body: await registry.metrics() }
    }
    if (path === '/readyz') {
      const readiness: Readiness = lifecycle.stopping.aborted
        ? { ready: false, degraded: ['stopping'] }
        : await options.readiness()
      const body = `${JSON.stringify(readiness)}\n`
      return { status: readiness.ready ? 200 : 503, type: 'application/json', body }
    }
    return { status: 404, type: 'text/plain', body: 'not found\n' }
  }
  return listen(
    lifecycle,
    (request, response) => {
      answer(request.url ?? '/').then(
        ({ status, type, body }) =>
          response.writeHead(status, { ...HEADERS, 'content-type': type }).end(body),
        () => response.writeHead(500, HEADERS).end(),
      )
    },
    { name: 'operations server', host: options.host, port: options.port },
  )
}
