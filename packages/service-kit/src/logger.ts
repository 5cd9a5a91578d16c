import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'
import { currentTrace } from './trace.ts'

export type { Logger } from 'pino'

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-goog-api-key',
  'x-brainlyx-service-token',
  'password',
  'token',
  'secret',
  'key',
  'apiKey',
]

/** JSON lines with the current trace's id; values under secret names are blanked up to three levels down. */
export function createLogger(options: {
  service: string
  level: string
  destination?: DestinationStream
}): Logger {
  const paths = SECRET_KEYS.flatMap((key) => {
    const name = `["${key}"]`
    return [name, `*${name}`, `*.*${name}`]
  })
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[redacted]' },
      mixin: () => {
        const trace = currentTrace()
        return trace === undefined ? {} : { traceId: trace.traceId }
      },
    },
    // Written at once: an asynchronous destination whose reader has gone keeps the process from exiting.
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  )
}
