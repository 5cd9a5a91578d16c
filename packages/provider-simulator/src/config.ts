import { serviceEnvironment } from '@brainlyx/service-kit'
import { z } from 'zod'

/** The simulator's environment: `SIMULATOR_PORT` (or `PORT`), and the default pace, one that people like to read. */
export const simulatorEnvironment = serviceEnvironment({ defaultPort: 4300 }).extend({
  BRAINLYX_MODE: z.literal('local', {
    error: 'must be local: the simulator answers without any model, which production refuses',
  }),
  SIMULATOR_TOKENS_PER_SECOND: z.coerce.number().min(0).default(60),
  SIMULATOR_TTFT_MS: z.coerce.number().min(0).default(200),
})

type Environment = Readonly<Record<string, string | undefined>>

/** The process's environment with `SIMULATOR_PORT` in the place where services look for their port. */
export function withSimulatorPort(environment: Environment): Environment {
  const port = environment['SIMULATOR_PORT']
  return port === undefined || port === '' ? environment : { ...environment, PORT: port }
}
