import type { Lifecycle } from '@brainlyx/service-kit'
import { join } from 'node:path'
import { createServer } from 'vite'
import type { PageHandlerOptions } from '../../app/page-server.ts'
import type { Pages } from './pages.ts'

type PageServer = typeof import('../../app/page-server.ts')

/** Pages straight from the source, replaced in the browser as files change. */
export async function developmentPages(lifecycle: Lifecycle): Promise<Pages> {
  const vite = await createServer({
    root: join(import.meta.dirname, '..', '..'),
    server: { middlewareMode: true },
  })
  lifecycle.register('vite', () => vite.close())
  return {
    assets: vite.middlewares,
    development: true,
    render: (options: PageHandlerOptions) => async (request, response, next) => {
      try {
        const server = (await vite.ssrLoadModule('/app/page-server.ts')) as PageServer
        await server.createPageHandler(options)(request, response, next)
      } catch (error) {
        if (error instanceof Error) vite.ssrFixStacktrace(error)
        next(error)
      }
    },
  }
}
