import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServiceProcess {
  readonly port: number
  /** The end of what it has said. */
  said(): string
  stop(): Promise<void>
  /** As a machine that dies does it: nothing is said to anybody. */
  kill(): Promise<void>
}

/** Ends a service whose starter was killed and could not. */
const END_WITH_US = new URL(
  '../../../../infra/local/process/die-with-supervisor.mjs',
  import.meta.url,
).href
const READY_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 8_000
/** Of what a service said. */
const KEPT_CHARACTERS = 4_000

/** Starts one service from its entry file on free ports and waits until it says that it is ready. */
export async function startService(options: {
  name: string
  entry: string
  environment: Readonly<Record<string, string>>
  /** Where it listens, if that had to be known before. */
  port?: number
}): Promise<ServiceProcess> {
  const { name, entry, environment } = options
  const port = options.port ?? (await freePort())
  const opsPort = await freePort()
  const child = spawn(process.execPath, ['--import', END_WITH_US, entry], {
    env: {
      BRAINLYX_SUPERVISOR: String(process.pid),
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      BRAINLYX_MODE: 'local',
      LOG_LEVEL: 'warn',
      SHUTDOWN_GRACE_MS: '3000',
      ...environment,
      PORT: String(port),
      OPS_PORT: String(opsPort),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-KEPT_CHARACTERS)
    if (process.env['E2E_VERBOSE'] === '1') process.stderr.write(`[${name}] ${chunk.toString()}`)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)

  const deadline = performance.now() + READY_TIMEOUT_MS
  while (!(await isReady(opsPort))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`${name} did not become ready. It said:\n${output}`)
    }
    await sleep(50)
  }
  return {
    port,
    said: () => output,
    stop: () => stop(child, 'SIGTERM'),
    kill: () => stop(child, 'SIGKILL'),
  }
}

async function isReady(opsPort: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).ok
  } catch {
    return false
  }
}

async function stop(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill(signal)
  const tooLong = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await ended
  clearTimeout(tooLong)
}

/** Free a moment ago; the system hands out others for a while. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
