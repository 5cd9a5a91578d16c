import type { Lifecycle } from '@brainlyx/service-kit'
import { once } from 'node:events'
import { createServer as createSocketServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'vite'
import type { PageHandlerOptions } from '../../app/page-server.ts'
import type { Pages } from './pages.ts'

/** Pages straight from the source, replaced in the browser as files change. */
export async function developmentPages(lifecycle: Lifecycle): Promise<Pages> {
  const vite = await createServer({
    root: join(import.meta.dirname, '..', '..'),
    // Vite's own default is one port for the whole computer, where two clones would meet.
    server: { middlewareMode: true, ws: { port: await freePort() } },
  })
  lifecycle.register('vite', () => vite.close())
  return {
    assets: vite.middlewares,
    development: true,
    render: (options: PageHandlerOptions) => async (request, response, next) => {
      try {
        const server = await vite.ssrLoadModule('/app/page-server.ts')
        const render = server['createPageHandler'] as Pages['render']
        await render(options)(request, response, next)
      } catch (error) {
        if (error instanceof Error) vite.ssrFixStacktrace(error)
        next(error)
      }
    },
  }
}

async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
