// node with-test-data.mjs <command> [arguments]: runs it with Postgres and Redis for tests, which all packages that
// are tested at once share. For `pnpm turbo test` and `pnpm test` in a package's folder.
import { spawn } from 'node:child_process'
import process from 'node:process'
import { ensureDataServices } from './data/ensure-data-services.mjs'
import { profiles } from './data/profile.mjs'
import { explainError } from './explain-error.mjs'

const [command = '', ...parameters] = process.argv.slice(2)
try {
  const given = process.env['TEST_DATABASE_ADMIN_URL'] !== undefined
  const data = given ? undefined : await ensureDataServices(profiles.test)
  const child = spawn(command, parameters, {
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(data === undefined
        ? {}
        : {
            TEST_DATABASE_ADMIN_URL: data.urls.superuser,
            TEST_REDIS_URL: data.urls.redis,
          }),
    },
  })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  child.on('error', (error) => {
    process.stderr.write(`${explainError(error).message}\n`)
    process.exitCode = 127
  })
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
    data?.release()
  })
} catch (error) {
  const { message, mend } = explainError(error)
  process.stderr.write(`${message} ${mend ?? ''}\n`)
  process.exitCode = 1
}
