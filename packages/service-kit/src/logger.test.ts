import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'
import { runWithTrace } from './trace.ts'

function capture() {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  return { lines, logger: createLogger({ service: 'test', level: 'info', destination }) }
}

test('secrets are blanked at the top and three levels down', () => {
  const { lines, logger } = capture()
  logger.info({
    authorization: 'CANARY',
    request: { headers: { cookie: 'CANARY' } },
    provider: { key: 'CANARY' },
  })
  expect(lines.join('')).not.toContain('CANARY')
  expect(lines.join('')).toContain('[redacted]')
})

test('a line inside a request carries its trace id', () => {
  const { lines, logger } = capture()
  const traceId = 'a'.repeat(32)
  runWithTrace(`00-${traceId}-${'b'.repeat(16)}-01`, () => logger.info('hello'))
  expect(JSON.parse(lines[0]!)).toMatchObject({ traceId, service: 'test', msg: 'hello' })
})
