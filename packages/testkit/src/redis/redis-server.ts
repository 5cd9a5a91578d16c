import { Redis } from 'ioredis'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { eventually } from '../eventually.ts'
import { freePort } from '../postgres/free-port.ts'
import { requiredEnvironment } from '../required-environment.ts'

export interface RedisServer {
  readonly url: string
  /** Ends it as a crash would. */
  kill(): Promise<void>
  /** Starts it again where it was, empty. */
  start(): Promise<void>
}

/** A Redis of its own that a test may kill; the same program as the shared one. */
export async function startRedisServer(releases: AsyncDisposableStack): Promise<RedisServer> {
  const { path, environment } = await findProgram()
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let child: ChildProcess | undefined

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  async function start(): Promise<void> {
    const options = ['--bind', '127.0.0.1', '--port', String(port), '--save', '']
    child = spawn(path, options, { stdio: 'ignore', env: { ...process.env, ...environment } })
    const client = new Redis(url, { retryStrategy: () => 20 })
    client.on('error', () => {})
    try {
      await eventually(() => client.ping())
    } finally {
      client.disconnect()
    }
  }

  releases.defer(kill)
  await start()
  return { url, kill, start }
}

/** What the shared server runs; where that was unpacked rather than installed, with the libraries beside it. */
async function findProgram(): Promise<{ path: string; environment: Record<string, string> }> {
  const client = new Redis(requiredEnvironment('TEST_REDIS_URL'))
  const information = await client.info('server')
  client.disconnect()
  const path = /^executable:(.+?)\r?$/m.exec(information)?.[1] ?? ''
  if (!existsSync(path)) return { path: 'redis-server', environment: {} }
  const root = join(dirname(path), '..', '..')
  if (root === '/') return { path, environment: {} }
  const libraries = ['usr/lib', 'lib']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [folder, ...readdirSync(folder).map((name) => join(folder, name))])
  return { path, environment: { LD_LIBRARY_PATH: libraries.join(':') } }
}
