import type { MessagePart } from '@brainlyx/chat-contract'
import type { ChatApi } from '../api/chat-api.server.ts'
import { applyFrame, newLiveTurn } from '../turn-stream/live-turn.ts'
import { readFrames } from '../turn-stream/read-frames.ts'

/** The log replays at once what there is; whoever has no script looks again in two seconds. */
const PATIENCE_MS = 150

export interface PartialAnswer {
  turnId: string
  model: string
  parts: readonly MessagePart[]
  /** Where a script goes on reading. */
  cursor: string | undefined
}

/** What a running turn has answered so far; null where that cannot be had now. */
export async function readPartialAnswer(
  chatApi: ChatApi,
  turnId: string,
  gone: AbortSignal,
): Promise<PartialAnswer | null> {
  const signal = AbortSignal.any([gone, AbortSignal.timeout(PATIENCE_MS)])
  const response = await chatApi.openEvents(turnId, signal)
  if (response?.body == null) return null
  let turn = newLiveTurn({ turnId, chatId: null, question: null, model: 'auto' })
  try {
    for await (const { id, frame } of readFrames(response.body)) {
      turn = { ...applyFrame(turn, frame, Date.now()), cursor: id ?? turn.cursor }
    }
  } catch {
    // Time is up, or the line broke: what came until then is what there is to show.
  }
  return { turnId, model: turn.model, parts: turn.parts, cursor: turn.cursor }
}
