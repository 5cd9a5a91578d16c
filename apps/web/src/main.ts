import {
  createMetrics,
  createServiceTokenSigner,
  listen,
  listenAddress,
  runService,
  startOpsServer,
} from '@brainlyx/service-kit'
import { createApp } from './app.ts'
import { WebConfiguration } from './config.ts'
import { clientDirectory } from './pages/client-directory.ts'
import { builtPages } from './pages/built-pages.ts'
import type { Pages } from './pages/pages.ts'

await runService({
  name: 'web',
  configuration: WebConfiguration,
  environment: process.env,
  start: async ({ config, logger, lifecycle }) => {
    const metrics = createMetrics('web')
    const address = listenAddress(config)
    const privateJwk = config.SERVICE_TOKEN_PRIVATE_JWK

    const pages: Pages =
      config.NODE_ENV === 'development'
        ? await (await import('./pages/development-pages.ts')).developmentPages(lifecycle)
        : await builtPages(clientDirectory())

    const app = createApp({
      logger,
      metrics,
      pages,
      chatApiUrl: config.CHAT_API_URL,
      publicOrigin: config.PUBLIC_ORIGIN,
      trustedProxyHops: config.TRUSTED_PROXY_HOPS,
      serviceTokens:
        privateJwk === undefined ? undefined : createServiceTokenSigner({ privateJwk }),
    })
    const { port } = await listen(lifecycle, app, {
      name: 'http server',
      host: address.host,
      port: address.port,
    })
    const ops = await startOpsServer(lifecycle, {
      host: address.opsHost,
      port: address.opsPort,
      metrics,
      readiness: async () => ({ ready: true, degraded: [] }),
    })
    logger.info({ port, opsPort: ops.port }, 'serving pages')
  },
})
