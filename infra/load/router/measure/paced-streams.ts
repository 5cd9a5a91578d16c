import { setTimeout as sleep } from 'node:timers/promises'
import { flawOf } from '../call/check-answer.ts'
import { TOOK_TOO_LONG } from '../call/connection-pool.ts'
import { uniquePrompt } from '../call/prompt.ts'
import { sendChat } from '../call/send-chat.ts'
import type { ChatCall } from '../call/send-chat.ts'
import { PACED_TOKENS_PER_SECOND } from '../gateway/gateway.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { cpuMs } from '../process/process-usage.ts'
import { countCpu } from './cpu-shares.ts'
import type { CpuShares } from './cpu-shares.ts'
import { quantile } from './statistics.ts'

const TOKENS = 64
/** What a stream takes where nothing holds it up: the first token comes at once. */
const STREAM_MS = ((TOKENS - 1) * 1000) / PACED_TOKENS_PER_SECOND

/** A stream that takes so many times as long is broken off: that is too long for any goal. */
const PATIENCE = 1.5

export interface StreamStep {
  /** At once. */
  readonly streams: number
  /** 99 % of the streams measured take no longer. */
  readonly durationP99Ms: number
  readonly firstTextP99Ms: number
  readonly flaw: string | undefined
  /** The gateway's, of each stream. */
  readonly cpuMsPerStream: number
  readonly cpu: CpuShares
}

/**
 * So many streams at once, begun evenly over the time of one; where one ends the next begins. Measured are those that
 * begin while all are there.
 */
export async function runPacedStreams(
  gateway: Gateway,
  options: { streams: number; seconds: number; simulatorPid: number },
): Promise<StreamStep> {
  const { streams, seconds } = options
  const startAt = performance.now()
  const allThereAt = startAt + STREAM_MS
  const endAt = allThereAt + seconds * 1000
  const calls: ChatCall[] = []
  const keepOneGoing = async (index: number): Promise<void> => {
    await sleep((index / streams) * STREAM_MS)
    while (performance.now() < endAt) {
      const request = { model: gateway.models.paced, stream: true, prompt: uniquePrompt(TOKENS) }
      calls.push(await sendChat(gateway, request, PATIENCE * STREAM_MS))
    }
  }
  const used = countCpu({ gateway: gateway.process.pid, simulator: options.simulatorPid })
  const cpuBefore = cpuMs(gateway.process.pid)
  const running = Array.from({ length: streams }, (_, index) => keepOneGoing(index))
  await sleep(endAt - performance.now())
  const cpu = used()
  await Promise.all(running)
  const cpuMsPerStream = (cpuMs(gateway.process.pid) - cpuBefore) / calls.length
  gateway.process.assertAlive()

  const measured = calls.filter(({ sentAt }) => sentAt >= allThereAt)
  return {
    streams,
    durationP99Ms: quantile(
      measured.map(({ sentAt, endedAt }) => endedAt - sentAt),
      0.99,
    ),
    firstTextP99Ms: quantile(
      measured.map(({ sentAt, firstTextAt }) => (firstTextAt ?? Infinity) - sentAt),
      0.99,
    ),
    flaw: calls.map(flawOf).find((flaw) => flaw !== undefined && flaw !== TOOK_TOO_LONG),
    cpuMsPerStream,
    cpu,
  }
}
