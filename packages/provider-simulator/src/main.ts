import { createMetrics, listenAddress, runService, startOpsServer } from '@brainlyx/service-kit'
import { simulatorEnvironment, withSimulatorPort } from './config.ts'
import { startSimulator } from './start-simulator.ts'

await runService({
  name: 'provider-simulator',
  configuration: simulatorEnvironment,
  environment: withSimulatorPort(process.env),
  start: async ({ config, logger, lifecycle }) => {
    const address = listenAddress(config)
    const simulator = await startSimulator({
      host: address.host,
      port: address.port,
      tokensPerSecond: config.SIMULATOR_TOKENS_PER_SECOND,
      timeToFirstTokenMs: config.SIMULATOR_TTFT_MS,
    })
    lifecycle.register('simulator', () => simulator.close())
    await startOpsServer(lifecycle, {
      host: address.opsHost,
      port: address.opsPort,
      metrics: createMetrics('provider-simulator'),
      readiness: async () => ({ ready: true, degraded: [] }),
    })
    logger.info({ url: simulator.url }, 'listening')
  },
})
