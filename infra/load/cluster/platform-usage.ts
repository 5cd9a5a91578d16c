import { readFileSync, readdirSync } from 'node:fs'
import { machineCpuMs, residentMemory } from '../router/process/process-usage.ts'
import type { Platform } from './start-platform.ts'

/** The kernel's unit in /proc/<pid>/stat: USER_HZ, 100 on every Linux. */
const MS_PER_TICK = 10

/** CPU in milliseconds since each began. */
export type CpuOfParts = Readonly<Record<string, number>>

export interface PlatformUsage {
  /** By the name of the part; `readers` is this process, `machine` all that runs here. */
  cpuMs(): CpuOfParts
  /** Of the services, in MB. */
  residentMb(): Readonly<Record<string, number>>
}

/** What each part of the platform uses, Postgres and Redis included where they run on this machine. */
export async function observeUsage(platform: Platform): Promise<PlatformUsage> {
  const { chatApi, router, worker, simulator } = platform
  const services = [chatApi, router, worker, simulator]
  const postgres = await postgresPid(platform)
  const redis = Number(/process_id:(\d+)/.exec(await platform.redis.client.info('server'))?.[1])
  return {
    cpuMs: () => ({
      ...Object.fromEntries(services.map(({ name, process: { pid } }) => [name, cpuOf(pid).own])),
      postgres: cpuOf(postgres).withEnded + sum(childrenOf(postgres).map((pid) => cpuOf(pid).own)),
      redis: cpuOf(redis).own,
      readers: cpuOf(process.pid).own,
      machine: machineCpuMs(),
    }),
    residentMb: () =>
      Object.fromEntries(
        services.map(({ name, process: { pid } }) => [name, residentMemory(pid).nowMb]),
      ),
  }
}

/** Cores that each part used between two readings, 1 being one core all the time. */
export function coresUsed(before: CpuOfParts, after: CpuOfParts, elapsedMs: number): CpuOfParts {
  return Object.fromEntries(
    Object.entries(after).map(([part, cpuMs]) => [part, (cpuMs - (before[part] ?? 0)) / elapsedMs]),
  )
}

async function postgresPid({ db }: Platform): Promise<number> {
  const { pid } = await db
    .withTables<{ pgStatActivity: { pid: number; backendType: string } }>()
    .selectFrom('pgStatActivity')
    .select('pid')
    .where('backendType', '=', 'checkpointer')
    .executeTakeFirstOrThrow()
  return parentOf(pid)
}

function parentOf(pid: number): number {
  return Number(fieldsOf(pid)[1])
}

/** Zero for one that has ended. */
function cpuOf(pid: number): { own: number; withEnded: number } {
  const [own = 0, kernel = 0, ended = 0, endedKernel = 0] = fieldsOf(pid).slice(11, 15).map(Number)
  return {
    own: (own + kernel) * MS_PER_TICK,
    withEnded: (own + kernel + ended + endedKernel) * MS_PER_TICK,
  }
}

/** From the third field of /proc/<pid>/stat on: the second is a name in brackets, which may hold anything. */
function fieldsOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === parent)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
