import { flawOf } from '../call/check-answer.ts'
import { uniquePrompt } from '../call/prompt.ts'
import { sendChat } from '../call/send-chat.ts'
import type { Gateway } from '../gateway/gateway.ts'

const WHOLE_TOKENS = 100
const STREAM_TOKENS = 24

/** Milliseconds, one of each round. */
export interface Latency {
  /** From the request to the end of an answer that is not streamed. */
  readonly whole: number[]
  /** From the request to the first piece of text of one that is. */
  readonly firstText: number[]
}

/**
 * One call at a time. Each round asks all gateways once, one after the other and each time beginning with another,
 * so that whatever else the machine does falls on all alike.
 * @throws an Error where an answer is not the simulator's
 */
export async function measureLatency(
  gateways: readonly Gateway[],
  rounds: number,
): Promise<Map<Gateway, Latency>> {
  const latencies = new Map(
    gateways.map((gateway): [Gateway, Latency] => [gateway, { whole: [], firstText: [] }]),
  )
  for (let round = 0; round < rounds; round++) {
    const first = round % gateways.length
    for (const gateway of [...gateways.slice(first), ...gateways.slice(0, first)]) {
      const latency = latencies.get(gateway)
      latency?.whole.push(await timeWhole(gateway))
      latency?.firstText.push(await timeToFirstText(gateway))
    }
  }
  return latencies
}

async function timeWhole(gateway: Gateway): Promise<number> {
  const call = await sendChat(gateway, {
    model: gateway.models.fast,
    stream: false,
    prompt: uniquePrompt(WHOLE_TOKENS),
  })
  assertExact(gateway, flawOf(call))
  return call.endedAt - call.sentAt
}

async function timeToFirstText(gateway: Gateway): Promise<number> {
  const call = await sendChat(gateway, {
    model: gateway.models.fast,
    stream: true,
    prompt: uniquePrompt(STREAM_TOKENS),
  })
  assertExact(gateway, flawOf(call))
  return (call.firstTextAt ?? Number.NaN) - call.sentAt
}

function assertExact({ name }: Gateway, flaw: string | undefined): void {
  if (flaw !== undefined) throw new Error(`${name}: ${flaw}`)
}
