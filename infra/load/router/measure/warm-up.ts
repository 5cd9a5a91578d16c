import { flawOf } from '../call/check-answer.ts'
import { uniquePrompt } from '../call/prompt.ts'
import { sendChat } from '../call/send-chat.ts'
import type { Gateway } from '../gateway/gateway.ts'

const CALLERS = 16
const TOKENS = 24

/** Calls without a pause, streamed and not in turn, so that what is measured later is compiled code. */
export async function warmUp(gateway: Gateway, seconds: number): Promise<void> {
  const endAt = performance.now() + seconds * 1000
  const call = async (): Promise<void> => {
    for (let stream = false; performance.now() < endAt; stream = !stream) {
      const request = { model: gateway.models.fast, stream, prompt: uniquePrompt(TOKENS) }
      const flaw = flawOf(await sendChat(gateway, request))
      if (flaw !== undefined) throw new Error(`${gateway.name}: ${flaw}`)
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, call))
}
