import type { PlatformUsage } from '../cluster/platform-usage.ts'

export interface MemoryWatch {
  /** @returns the most that each service held, in MB */
  stop(): Readonly<Record<string, number>>
}

/** Looks once a second. */
export function watchMemory(usage: PlatformUsage): MemoryWatch {
  const most: Record<string, number> = {}
  const look = (): void => {
    for (const [name, residentMb] of Object.entries(usage.residentMb()))
      most[name] = Math.max(most[name] ?? 0, residentMb)
  }
  const timer = setInterval(look, 1_000)
  return {
    stop() {
      clearInterval(timer)
      look()
      return most
    },
  }
}
