import { builtAssets } from './built-assets.ts'
import type { Pages } from './pages.ts'

/** Pages of the production build. */
export async function builtPages(clientDirectory: string): Promise<Pages> {
  const { createPageHandler } = await import('#page-server')
  return {
    assets: builtAssets(clientDirectory),
    render: createPageHandler,
    development: false,
  }
}
