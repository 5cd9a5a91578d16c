import {
  createMetrics,
  listen,
  listenAddress,
  runService,
  startOpsServer,
} from '@brainlyx/service-kit'
import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { observeAttempts } from './account/observe-attempts.ts'
import { adapterFor } from './adapters/adapter-for.ts'
import { createAuthenticator } from './admit/authenticate.ts'
import { Config } from './config.ts'
import { watchRouterFile } from './config/watch-router-file.ts'
import { createApp } from './create-app.ts'
import { createCredentialHealth } from './credential/credential-health.ts'
import { openKeyFile } from './credential/key-file.ts'
import { buildRoutingTable } from './select/routing-table.ts'

await runService({
  name: 'provider-router',
  configuration: Config,
  environment: process.env,
  start: async ({ config, logger, lifecycle }) => {
    const metrics = createMetrics('provider-router')
    const nowMs = (): number => performance.now()
    const keyFile = await openKeyFile(config.PROVIDER_KEYS_FILE)
    const watch = await watchRouterFile({
      path: config.ROUTER_CONFIG,
      environment: process.env,
      logger,
      onChange: () => rebuild(),
    })
    lifecycle.register('configuration', () => watch.close())

    const build = (): ReturnType<typeof buildRoutingTable> =>
      buildRoutingTable({
        file: watch.current,
        settingsKeys: keyFile.keys,
        simulatorUrl: config.SIMULATOR_URL,
      })
    let table = build()
    const rebuild = (): void => {
      table = build()
    }

    const app = createApp({
      logger,
      metrics,
      authenticate: createAuthenticator({
        publicJwks: config.SERVICE_TOKEN_PUBLIC_JWKS,
        apiKeyDigests: config.ROUTER_API_KEYS_SHA256,
      }),
      adapterFor,
      calls: {
        health: createCredentialHealth(nowMs),
        observe: observeAttempts({ logger, metrics }),
        nowMs,
        random: Math.random,
        sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
        newAttemptId: () => randomUUIDv7(),
      },
      keyFile,
      table: () => table,
      rebuild,
    })
    const { host, port: wanted, opsHost, opsPort } = listenAddress(config)
    const { port } = await listen(lifecycle, app, { name: 'http', host, port: wanted })
    await startOpsServer(lifecycle, {
      host: opsHost,
      port: opsPort,
      metrics,
      readiness: async () => ({
        ready: true,
        degraded: watch.isCurrent ? [] : ['configuration'],
      }),
    })
    // Whoever starts the router on a free port reads it here: one JSON line with this message.
    logger.info({ port }, 'listening')
  },
})
