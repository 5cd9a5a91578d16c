import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { commandLineOf } from '../process/command-line-of.mjs'
import { endWithParent } from '../process/end-with-parent.mjs'
import { isAlive } from '../process/is-alive.mjs'
import { giveToUnprivileged, unprivilegedUser } from './unprivileged-user.mjs'

/**
 * @typedef {object} RedisOptions
 * @property {import('./redis-binary.mjs').RedisBinary} binary
 * @property {string} folder
 * @property {number} port
 * @property {string} password
 * @property {boolean} durable
 * @property {string} logFile
 */

/**
 * @param {RedisOptions} options
 * @returns {import('node:child_process').ChildProcess}
 */
export function spawnRedis({ binary, folder, port, password, durable, logFile }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  giveToUnprivileged(folder)
  // By standard input, since everyone may read a program's arguments.
  const run = endWithParent(binary.path, ['-'], 'TERM', unprivilegedUser)
  const log = openSync(logFile, 'a')
  const child = spawn(run.command, run.parameters, {
    ...run.user,
    cwd: '/',
    detached: true,
    stdio: ['pipe', log, log],
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C', ...binary.environment },
  })
  closeSync(log)
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `requirepass ${password}`,
      `dir ${JSON.stringify(folder)}`,
      `pidfile ${JSON.stringify(pidFileOf(folder))}`,
      'daemonize no',
      'save ""',
      `appendonly ${durable ? 'yes' : 'no'}`,
      'appendfsync everysec',
      // It holds the turn log and the queue: a full Redis refuses writes rather than forget some.
      'maxmemory-policy noeviction',
      // A test file takes a number of its own.
      `databases ${durable ? 16 : 128}`,
    ].join('\n'),
  )
  return child
}

/**
 * Waits until it answers PING.
 * @param {{ port: number, password: string }} server
 * @param {() => boolean} hasEnded
 */
export async function waitForRedis(server, hasEnded) {
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      if (await answersPing(server)) return
    } catch (error) {
      if (hasEnded() || performance.now() > deadline) throw error
    }
    if (hasEnded()) throw new Error('redis-server has ended')
    await sleep(30)
  }
}

/**
 * @param {{ host?: string, port: number, password?: string, username?: string, tls?: boolean }} server
 * @returns {Promise<boolean>} false while it loads its data
 */
export function answersPing({ host = '127.0.0.1', port, password, username, tls = false }) {
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls({ host, port, servername: host }) : connect({ host, port })
    let received = ''
    socket.setTimeout(2_000, () => socket.destroy(new Error('timeout')))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`Redis said: ${received.trim() || 'nothing'}`)))
    socket.on('data', (bytes) => {
      received += bytes.toString()
      if (/LOADING/.test(received)) resolve(false)
      if (/^-|\n-/.test(received)) reject(new Error(`Redis said: ${received.trim()}`))
      if (/\+PONG/.test(received)) resolve(true)
      if (/\+PONG|^-|\n-/.test(received)) socket.destroy()
    })
    const sign = password === undefined ? [] : [['AUTH', ...(username ? [username] : []), password]]
    socket.write([...sign, ['PING']].map(command).join(''))
  })
}

/** @param {readonly string[]} words in the protocol's own form, since a password may hold anything */
function command(words) {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
}

/** @param {string} folder */
function pidFileOf(folder) {
  return join(folder, 'redis.pid')
}

/**
 * Stops a server that a supervisor which was killed has left on this folder.
 * @param {string} folder
 */
export async function stopLeftoverRedis(folder) {
  let pid
  try {
    pid = Number(readFileSync(pidFileOf(folder), 'utf8'))
  } catch {
    return
  }
  if (isAlive(pid) && commandLineOf(pid).includes('redis-server')) {
    process.kill(pid, 'SIGTERM')
    for (let waitedMs = 0; isAlive(pid) && waitedMs < 10_000; waitedMs += 50) await sleep(50)
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
  rmSync(pidFileOf(folder), { force: true })
}
