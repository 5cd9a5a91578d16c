import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const index = fileURLToPath(new URL('./index.ts', import.meta.url))

function run(body: string, environment: Record<string, string> = {}) {
  const source = `
    import { runService, serviceEnvironment } from ${JSON.stringify(index)}
    await runService({
      name: 'sample',
      configuration: serviceEnvironment({ defaultPort: 0 }),
      environment: process.env,
      start: async ({ lifecycle, logger }) => { ${body} },
    })`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    env: { PATH: process.env['PATH'], SHUTDOWN_PAUSE_MS: '0', ...environment },
  })
  let output = ''
  child.stdout.on('data', (data: Buffer) => (output += data.toString()))
  child.stderr.on('data', (data: Buffer) => (output += data.toString()))
  const said = async (text: string) => {
    while (!output.includes(text)) await once(child.stdout, 'data')
  }
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number, output }))
  return { child, said, ended }
}

const serving = `
  const timer = setInterval(() => {}, 1000)
  lifecycle.register('timer', () => clearInterval(timer))`

test('SIGTERM releases everything and exits with 0', async () => {
  const service = run(`${serving}
    lifecycle.register('pool', () => logger.info('pool closed'))
    logger.info('serving')`)
  await service.said('serving')
  service.child.kill('SIGTERM')
  const { code, output } = await service.ended
  expect(output).toContain('pool closed')
  expect(code).toBe(0)
})

test('a release that hangs is cut off at the deadline', async () => {
  const service = run(
    `${serving}
    lifecycle.register('pool', () => new Promise(() => {}))
    logger.info('serving')`,
    { SHUTDOWN_GRACE_MS: '50' },
  )
  await service.said('serving')
  service.child.kill('SIGTERM')
  const { code, output } = await service.ended
  expect(output).toContain('shutdown took too long')
  expect(code).toBe(1)
})

test('a bad environment ends with sentences and status 78', async () => {
  const { code, output } = await run(serving, { PORT: 'x', LOG_LEVEL: 'y' }).ended
  expect(output).toMatch(
    /sample does not start.*PORT.*LOG_LEVEL|sample does not start.*LOG_LEVEL.*PORT/s,
  )
  expect(code).toBe(78)
})

test('what cannot start says so and exits with 1', async () => {
  const { code, output } = await run(`throw new Error('port 1 is taken')`).ended
  expect(output).toContain('sample could not start: Error: port 1 is taken')
  expect(code).toBe(1)
})

test('an unhandled rejection ends the process with 1 after an ordered shutdown', async () => {
  const { code, output } = await run(`${serving}
    lifecycle.register('pool', () => logger.info('pool closed'))
    setImmediate(() => { Promise.reject(new Error('lost')) })`).ended
  expect(output).toContain('pool closed')
  expect(code).toBe(1)
})

test('a reader of its log that has gone does not keep it from stopping', async () => {
  const service = run(`${serving}
    logger.info('serving')`)
  await service.said('serving')
  service.child.stdout.destroy()
  service.child.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
})
