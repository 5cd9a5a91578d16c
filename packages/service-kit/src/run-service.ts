import type { z } from 'zod'
import { ConfigurationError, parseEnvironment } from './configuration.ts'
import { Lifecycle } from './lifecycle.ts'
import { createLogger } from './logger.ts'
import type { Logger } from './logger.ts'
import { warnInProduction } from './production/refuse-in-production.ts'
import type { ServiceEnvironment } from './service-environment.ts'

export interface RunServiceOptions<Config extends ServiceEnvironment> {
  name: string
  /** Extends `serviceEnvironment(…)`. */
  configuration: z.ZodType<Config>
  environment: Readonly<Record<string, string | undefined>>
  /** Acquires everything, registering each release; resolves once the service is serving. */
  start: (context: { config: Config; logger: Logger; lifecycle: Lifecycle }) => Promise<void>
}

/**
 * Runs a process: a bad environment ends it with sentences, SIGTERM and SIGINT with an ordered shutdown that has a
 * deadline (`SHUTDOWN_GRACE_MS`): it says that it is not ready, pauses until balancers have noticed, then releases
 * everything. A second signal ends it at once.
 */
export async function runService<Config extends ServiceEnvironment>(
  options: RunServiceOptions<Config>,
): Promise<void> {
  const config = readConfiguration(options)
  const logger = createLogger({ service: options.name, level: config.LOG_LEVEL })
  const lifecycle = new Lifecycle(logger)
  for (const sentence of warnInProduction(config)) logger.warn(sentence)

  let stopping = false
  const stop = async (reason: string, exitCode: number): Promise<void> => {
    if (stopping) {
      if (exitCode === 0) process.exit(1)
      return
    }
    stopping = true
    logger.info({ reason }, 'shutting down')
    const deadline = setTimeout(() => {
      logger.error({ graceMs: config.SHUTDOWN_GRACE_MS }, 'shutdown took too long')
      process.exit(1)
    }, config.SHUTDOWN_GRACE_MS)
    deadline.unref()
    // What fails serves nobody while it waits.
    const pauseMs = exitCode === 0 ? shutdownPauseMs(config) : 0
    const failed = await lifecycle.shutdown({ pauseMs }).then(
      () => false,
      () => true,
    )
    logger.info('stopped')
    process.exit(failed ? 1 : exitCode)
  }
  process.on('SIGTERM', () => void stop('SIGTERM', 0))
  process.on('SIGINT', () => void stop('SIGINT', 0))
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection')
    void stop('unhandled rejection', 1)
  })
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception')
    void stop('uncaught exception', 1)
  })

  try {
    await options.start({ config, logger, lifecycle })
  } catch (error) {
    logger.fatal({ err: error }, 'could not start')
    process.stderr.write(`${options.name} could not start: ${String(error)}\n`)
    await stop('could not start', 1)
  }
}

/** Nothing balances between services on a laptop. */
function shutdownPauseMs(config: ServiceEnvironment): number {
  return config.SHUTDOWN_PAUSE_MS ?? (config.BRAINLYX_MODE === 'local' ? 0 : 2_000)
}

function readConfiguration<Config extends ServiceEnvironment>(
  options: RunServiceOptions<Config>,
): Config {
  try {
    return parseEnvironment(options.configuration, options.environment)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    process.stderr.write(`${options.name} does not start. ${error.message}\n`)
    process.exit(78) // EX_CONFIG of sysexits.h
  }
}
