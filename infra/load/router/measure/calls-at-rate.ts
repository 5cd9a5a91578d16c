import { setTimeout as sleep } from 'node:timers/promises'
import { flawOf } from '../call/check-answer.ts'
import { uniquePrompt } from '../call/prompt.ts'
import { sendChat } from '../call/send-chat.ts'
import type { ChatCall } from '../call/send-chat.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { countCpu } from './cpu-shares.ts'
import type { CpuShares } from './cpu-shares.ts'
import { quantile } from './statistics.ts'

/** For a chat's title the simulator answers in a few words: writing hundreds would fill its core before the gateway's. */
const SYSTEM = 'Find a title for this chat.'
/** By Little's law so many calls under way mean that each takes this long: too long for any goal, so no need to wait. */
const HOPELESS_MS = 400

export interface RateStep {
  readonly ratePerSecond: number
  /** Of latencies from when a call was to begin. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Set where something else than time was wrong. */
  readonly flaw: string | undefined
  readonly cpu: CpuShares
}

/**
 * An open loop: calls begin at a steady rate, whether earlier ones have ended or not, and a late beginning counts as
 * latency (the "coordinated omission" of Gil Tene's wrk2). Answers are compared afterwards, since callers share a
 * core with the simulator.
 */
export async function callAtRate(
  gateway: Gateway,
  options: { ratePerSecond: number; seconds: number; simulatorPid: number },
): Promise<RateStep> {
  const { ratePerSecond, seconds } = options
  const total = Math.max(1, Math.round(ratePerSecond * seconds))
  const mostUnderWay = Math.max(64, (ratePerSecond * HOPELESS_MS) / 1000)
  const latencies: number[] = []
  const calls: ChatCall[] = []
  const underWay = new Set<Promise<void>>()
  let isHopeless = false

  const call = async (dueAt: number): Promise<void> => {
    const ended = await sendChat(gateway, {
      model: gateway.models.fast,
      stream: false,
      prompt: uniquePrompt(),
      system: SYSTEM,
    })
    latencies.push(ended.endedAt - dueAt)
    calls.push(ended)
  }
  const begin = (dueAt: number): void => {
    const running = call(dueAt).finally(() => underWay.delete(running))
    underWay.add(running)
  }
  const used = countCpu({ gateway: gateway.process.pid, simulator: options.simulatorPid })
  const startAt = performance.now()
  for (let begun = 0; begun < total && !isHopeless;) {
    const due = Math.min(total, ((performance.now() - startAt) * ratePerSecond) / 1000)
    for (; begun < due; begun++) begin(startAt + (begun * 1000) / ratePerSecond)
    isHopeless = underWay.size > mostUnderWay
    await sleep(1)
  }
  const cpu = used()
  await Promise.all(underWay)
  gateway.process.assertAlive()
  return {
    ratePerSecond,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: isHopeless
      ? Math.max(HOPELESS_MS, quantile(latencies, 0.99))
      : quantile(latencies, 0.99),
    flaw: firstFlaw(calls),
    cpu,
  }
}

function firstFlaw(calls: readonly ChatCall[]): string | undefined {
  for (const call of calls) {
    const flaw = flawOf(call)
    if (flaw !== undefined) return flaw
  }
  return undefined
}
