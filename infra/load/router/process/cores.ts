import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Of util-linux, which every Debian has. */
const TASKSET = ['/usr/bin/taskset', '/bin/taskset'].find((path) => existsSync(path))

/** Lists as `taskset` reads them. */
export interface Cores {
  /** One core, which the thing measured has for itself. */
  readonly gateway: string
  /** All others: the simulator and whoever calls. */
  readonly load: string
}

/** Divides the cores that this process may use. @throws an Error where there are not two of them, or no `taskset` */
export function divideCores(): Cores {
  const [gateway, ...others] = allowedCores()
  if (gateway === undefined || others.length === 0 || TASKSET === undefined) {
    throw new Error('this needs Linux with taskset and two cores: one is for what is measured')
  }
  return { gateway: String(gateway), load: others.join(',') }
}

/** Moves this process, all its threads included. */
export function moveTo(cores: string): void {
  execFileSync(TASKSET ?? '', ['-acp', cores, String(process.pid)], { stdio: 'ignore' })
}

/** The command that runs another one on these cores; on any where none are named. */
export function commandOn(cores: string | undefined, command: readonly string[]): string[] {
  return cores === undefined ? [...command] : [TASKSET ?? '', '-c', cores, ...command]
}

function allowedCores(): number[] {
  if (process.platform !== 'linux') return []
  const status = readFileSync('/proc/self/status', 'utf8')
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? ''
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}
