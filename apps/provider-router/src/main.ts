import {
  createMetrics,
  listen,
  listenAddress,
  runService,
  startOpsServer,
} from '@brainlyx/service-kit'
import { randomBytes } from 'node:crypto'
import { createAuthenticator } from './admit/authenticate.ts'
import { assembleRouter } from './assemble-router.ts'
import { Config } from './config.ts'
import { watchRouterFile } from './config/watch-router-file.ts'
import { connectCoordination } from './coordination/connect-coordination.ts'
import { soleReplica } from './coordination/coordination.ts'
import { createApp } from './create-app.ts'
import { openKeyFile } from './credential/key-file.ts'

await runService({
  name: 'provider-router',
  configuration: Config,
  environment: process.env,
  start: async ({ config, logger, lifecycle }) => {
    const metrics = createMetrics('provider-router')
    const keyFile = await openKeyFile(config.PROVIDER_KEYS_FILE)
    const watch = await watchRouterFile({
      path: config.ROUTER_CONFIG,
      environment: process.env,
      logger,
      onChange: () => dependencies.rebuild(),
    })
    lifecycle.register('configuration', () => watch.close())
    const replicaId = randomBytes(4).toString('hex')
    const coordination =
      config.REDIS_URL === undefined
        ? soleReplica(replicaId)
        : connectCoordination({ redisUrl: config.REDIS_URL, logger, replicaId })
    lifecycle.register('coordination', () => coordination.close())

    const dependencies = assembleRouter({
      logger,
      metrics,
      lifecycle,
      authenticate: createAuthenticator({
        publicJwks: config.SERVICE_TOKEN_PUBLIC_JWKS,
        apiKeyDigests: config.ROUTER_API_KEYS_SHA256,
        adminKeyDigests: config.ROUTER_ADMIN_KEYS_SHA256,
      }),
      coordination,
      keyFile,
      file: () => watch.current,
      simulatorUrl: config.SIMULATOR_URL,
      region: config.ROUTER_REGION,
    })
    const { host, port: wanted, opsHost, opsPort } = listenAddress(config)
    const app = createApp(dependencies)
    const { port } = await listen(lifecycle, app, { name: 'http', host, port: wanted })
    await startOpsServer(lifecycle, {
      host: opsHost,
      port: opsPort,
      metrics,
      readiness: async () => ({
        ready: true,
        degraded: [
          ...(watch.isCurrent ? [] : ['configuration']),
          ...(dependencies.calls.images.isMissing ? ['images'] : []),
          ...(config.REDIS_URL === undefined || coordination.isConnected ? [] : ['redis']),
        ],
      }),
    })
    // Whoever starts the router on a free port reads it here: one JSON line with this message.
    logger.info({ port }, 'listening')
  },
})
