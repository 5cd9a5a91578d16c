import { setTimeout as sleep } from 'node:timers/promises'
import { coresUsed } from '../cluster/platform-usage.ts'
import type { CpuOfParts, PlatformUsage } from '../cluster/platform-usage.ts'
import type { TurningReaders } from './turning-readers.ts'

/** A time in which as many streams as wanted were open. */
export interface Step {
  readonly streams: number
  /** Of `performance.now()`. */
  readonly beganAt: number
  readonly endedAt: number
  /** Cores that each part used. */
  readonly cores: CpuOfParts
}

/** Grows to so many streams and holds them. */
export async function holdStreams(
  readers: TurningReaders,
  usage: PlatformUsage,
  options: { streams: number; growMs: number; holdMs: number },
): Promise<Step> {
  const { streams, growMs, holdMs } = options
  await readers.growTo(streams, growMs)
  const beganAt = performance.now()
  const before = usage.cpuMs()
  await sleep(holdMs)
  const endedAt = performance.now()
  return { streams, beganAt, endedAt, cores: coresUsed(before, usage.cpuMs(), endedAt - beganAt) }
}

/** Whether something happened within the step. */
export function isWithin({ beganAt, endedAt }: Step, at: number): boolean {
  return at >= beganAt && at < endedAt
}
