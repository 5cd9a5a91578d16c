import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endWithParent } from '../../../local/process/end-with-parent.mjs'
import { freePort } from '../../router/process/free-port.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const READY_WITHIN_MS = 60_000
const END_WITHIN_MS = 15_000

/** One replica of a service: a process that can be killed, and started again on the same ports. */
export interface Member {
  readonly name: string
  readonly service: string
  readonly port: number
  readonly origin: string
  readonly opsOrigin: string
  pid(): number
  isRunning(): boolean
  /** Resolves once it is ready. @throws where it is not within a minute */
  start(): Promise<void>
  /** Resolves once the process has gone. */
  kill(): Promise<void>
  /** SIGTERM, and waits for the end. @returns whether it ended by itself */
  stop(): Promise<boolean>
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
}

export interface MemberOptions {
  readonly name: string
  readonly service: string
  /** Below the root. */
  readonly entry: string
  readonly environment: Readonly<Record<string, string>>
  readonly port?: number
  /** What it says goes to `<name>.log` here. */
  readonly logFolder: string
}

export async function createMember(
  releases: AsyncDisposableStack,
  options: MemberOptions,
): Promise<Member> {
  const { name, service, entry, environment, logFolder } = options
  const port = options.port ?? (await freePort())
  const opsPort = await freePort()
  const opsOrigin = `http://127.0.0.1:${opsPort}`
  let child: ChildProcess | undefined
  const isRunning = (): boolean =>
    child !== undefined && child.exitCode === null && child.signalCode === null
  const gone = async (): Promise<void> => {
    if (child !== undefined && isRunning()) await once(child, 'exit')
  }
  const member: Member = {
    name,
    service,
    port,
    origin: `http://127.0.0.1:${port}`,
    opsOrigin,
    pid: () => child?.pid ?? 0,
    isRunning,
    async start() {
      const log = openSync(join(logFolder, `${name}.log`), 'a')
      const { command, parameters } = endWithParent(process.execPath, [`${root}${entry}`], 'TERM')
      child = spawn(command, parameters, {
        env: {
          PATH: process.env['PATH'],
          NODE_ENV: 'production',
          BRAINLYX_MODE: 'local',
          LOG_LEVEL: 'info',
          SHUTDOWN_GRACE_MS: '8000',
          // As in production: what balancers get to notice that a replica leaves.
          SHUTDOWN_PAUSE_MS: '2000',
          PORT: String(port),
          OPS_PORT: String(opsPort),
          ...environment,
        },
        stdio: ['ignore', log, log],
      })
      closeSync(log)
      const deadline = performance.now() + READY_WITHIN_MS
      while (!(await isReady(`${opsOrigin}/readyz`))) {
        if (!isRunning() || performance.now() > deadline)
          throw new Error(`${name} is not ready: see ${join(logFolder, `${name}.log`)}`)
        await sleep(50)
      }
    },
    async kill() {
      child?.kill('SIGKILL')
      await gone()
    },
    async stop() {
      const late = setTimeout(() => child?.kill('SIGKILL'), END_WITHIN_MS)
      child?.kill('SIGTERM')
      await gone()
      clearTimeout(late)
      return child?.signalCode === null
    },
    signal: (signalName) => child?.kill(signalName),
  }
  releases.defer(async () => {
    child?.kill('SIGCONT')
    await member.stop()
  })
  return member
}

function isReady(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    async (response) => {
      await response.arrayBuffer()
      return response.ok
    },
    () => false,
  )
}
