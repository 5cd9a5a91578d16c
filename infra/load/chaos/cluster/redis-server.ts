import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { outsideHome } from '../../../local/data/data-home.mjs'
import { profiles } from '../../../local/data/profile.mjs'
import { findOrFetchRedis } from '../../../local/data/redis-binary.mjs'
import { spawnRedis, waitForRedis } from '../../../local/data/redis.mjs'
import { freePort } from '../../router/process/free-port.ts'

export interface RedisServer {
  readonly port: number
  readonly password: string
  start(): Promise<void>
  kill(): Promise<void>
  /** SIGTERM: it saves and goes. */
  stop(): Promise<void>
  /** Sends one command, by a connection of its own, and gives the raw reply. */
  command(...words: string[]): Promise<string>
}

/** A Redis with an append-only file (`everysec`) in `folder`. */
export async function createRedisServer(
  releases: AsyncDisposableStack,
  options: { folder: string; logFolder: string },
): Promise<RedisServer> {
  const port = await freePort()
  const password = 'chaos'
  const home = outsideHome()
  const binary = await findOrFetchRedis(
    home === undefined ? profiles.test.folder : join(home, profiles.test.name),
  )
  let child: ChildProcess | undefined
  const hasEnded = (): boolean =>
    child === undefined || child.exitCode !== null || child.signalCode !== null
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (child === undefined || hasEnded()) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  releases.defer(() => end('SIGKILL'))
  return {
    port,
    password,
    async start() {
      const logFile = join(options.logFolder, 'redis.log')
      child = spawnRedis({ binary, folder: options.folder, port, password, durable: true, logFile })
      await waitForRedis({ port, password }, hasEnded)
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    command: (...words) => sendCommand(port, password, words),
  }
}

function sendCommand(port: number, password: string, words: string[]): Promise<string> {
  const encode = (parts: readonly string[]): string =>
    `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let reply = ''
    socket.setTimeout(5_000, () => socket.destroy(new Error('Redis does not answer')))
    socket.on('data', (bytes) => (reply += bytes.toString()))
    socket.on('error', reject)
    socket.on('close', () => resolve(reply.replace(/^\+OK\r\n/, '')))
    socket.write([['AUTH', password], words, ['QUIT']].map(encode).join(''))
  })
}
