import { readFileSync } from 'node:fs'

/** The kernel's unit in /proc/<pid>/stat: USER_HZ, 100 on every Linux. */
const MS_PER_TICK = 10

/** CPU that a process has used so far, all its threads, in steps of 10 ms. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the program's name in brackets, which may hold anything; utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
}

/** CPU that all programs of the machine have used so far, on all cores. */
export function machineCpuMs(): number {
  const [, user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? ''
  )
    .split(/\s+/)
    .map(Number)
  return (user + nice + system + interrupts + softInterrupts) * MS_PER_TICK
}

export interface ResidentMemory {
  readonly nowMb: number
  readonly highestMb: number
}

export function residentMemory(pid: number): ResidentMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  // What the kernel calls kB is 1,024 bytes.
  const megabytes = (key: string): number =>
    (Number(new RegExp(`^${key}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / 1e6
  return { nowMb: megabytes('VmRSS'), highestMb: megabytes('VmHWM') }
}
