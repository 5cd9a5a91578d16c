import { parseEnvironment } from '@brainlyx/service-kit'
import { expect, it } from 'vitest'
import { simulatorEnvironment, withSimulatorPort } from './config.ts'

it('refuses production, said or unsaid, in one sentence', () => {
  for (const environment of [{ BRAINLYX_MODE: 'production' }, {}]) {
    expect(() => parseEnvironment(simulatorEnvironment, environment)).toThrow(
      /BRAINLYX_MODE.*production refuses/,
    )
  }
})

it('reads its port from SIMULATOR_PORT, and a pace that people like to read', () => {
  const environment = withSimulatorPort({
    BRAINLYX_MODE: 'local',
    SIMULATOR_PORT: '4310',
    PORT: '1',
  })
  expect(parseEnvironment(simulatorEnvironment, environment)).toMatchObject({
    PORT: 4310,
    SIMULATOR_TOKENS_PER_SECOND: 60,
    SIMULATOR_TTFT_MS: 200,
  })
  expect(
    parseEnvironment(simulatorEnvironment, withSimulatorPort({ BRAINLYX_MODE: 'local' })).PORT,
  ).toBe(4300)
})
