import { setTimeout as sleep } from 'node:timers/promises'
import { flawOf } from '../call/check-answer.ts'
import { uniquePrompt } from '../call/prompt.ts'
import { sendChat } from '../call/send-chat.ts'
import type { Gateway } from '../gateway/gateway.ts'

export interface SoakCount {
  /** Streams that were complete and exact. */
  readonly exact: number
  /** How often something was wrong with the others. */
  readonly flaws: ReadonlyMap<string, number>
  /** Milliseconds. */
  readonly firstText: readonly number[]
}

/** So many streams at once until `endAt`, begun evenly over the time of one; where one ends the next begins. */
export async function soakWithStreams(
  gateway: Gateway,
  options: { streams: number; tokens: number; streamMs: number; endAt: number },
): Promise<SoakCount> {
  const { streams, tokens, streamMs, endAt } = options
  const flaws = new Map<string, number>()
  const firstText: number[] = []
  let exact = 0
  const keepOneGoing = async (index: number): Promise<void> => {
    await sleep((index / streams) * streamMs)
    while (performance.now() < endAt) {
      const request = { model: gateway.models.paced, stream: true, prompt: uniquePrompt(tokens) }
      const call = await sendChat(gateway, request, 3 * streamMs)
      const flaw = flawOf(call)
      if (flaw === undefined) exact++
      else {
        flaws.set(flaw, (flaws.get(flaw) ?? 0) + 1)
        // A gateway that refuses at once must not be asked in a circle.
        await sleep(1_000)
      }
      if (call.firstTextAt !== undefined) firstText.push(call.firstTextAt - call.sentAt)
    }
  }
  await Promise.all(Array.from({ length: streams }, (_, index) => keepOneGoing(index)))
  return { exact, flaws, firstText }
}
