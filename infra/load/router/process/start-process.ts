import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { endWithParent } from '../../../local/process/end-with-parent.mjs'
import { commandOn } from './cores.ts'

const READY_WITHIN_MS = 30_000
const END_WITHIN_MS = 5_000

export interface RunningProcess {
  readonly name: string
  readonly pid: number
  /** @throws an Error where it has ended, so that nobody measures what is not there */
  assertAlive(): void
}

export interface ProcessOptions {
  readonly name: string
  /** Of `node`: the program and what it is given. */
  readonly parameters: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Absent: any. */
  readonly cores?: string
  /** It is ready when this answers with a status of 2xx. */
  readonly readyUrl: string
}

/** Starts a program of Node's and waits until it is ready. It ends with `releases`, and with this process. */
export async function startProcess(
  releases: AsyncDisposableStack,
  options: ProcessOptions,
): Promise<RunningProcess> {
  const { name, parameters, environment, cores } = options
  const [first = '', ...others] = commandOn(cores, [process.execPath, ...parameters])
  const { command, parameters: all } = endWithParent(first, others, 'TERM')
  const child = spawn(command, all, {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  exited.catch(() => {})
  releases.defer(async () => {
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS)
    await exited.catch(() => {})
    clearTimeout(kill)
  })

  const assertAlive = (): void => {
    if (child.exitCode === null && child.signalCode === null) return
    throw new Error(`${name} has ended with ${child.signalCode ?? child.exitCode}`)
  }
  const deadline = performance.now() + READY_WITHIN_MS
  while (!(await isReady(options.readyUrl))) {
    assertAlive()
    if (performance.now() > deadline) throw new Error(`${name} is not ready`)
    await sleep(50)
  }
  if (child.pid === undefined) throw new Error(`${name} has no process`)
  return { name, pid: child.pid, assertAlive }
}

function isReady(url: string): Promise<boolean> {
  return fetch(url).then(
    async (response) => {
      await response.arrayBuffer()
      return response.ok
    },
    () => false,
  )
}
