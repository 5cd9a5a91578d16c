import { simulatedAnswer } from '@brainlyx/provider-simulator'
import type { ApiAnswer } from './chat-api-caller.ts'
import type { Guest } from './guests.ts'

export interface TurnRequest {
  readonly guest: Guest
  /** Absent: the turn begins a chat. */
  readonly chatId: string | undefined
  readonly prompt: string
  readonly model: string
  readonly patienceMs: number
}

/** What one reader saw of a turn. Times are of `performance.now()`. */
export interface TurnReading {
  readonly prompt: string
  readonly sentAt: number
  /** Undefined: none came. */
  readonly firstTokenAt: number | undefined
  readonly endedAt: number
  readonly chatId: string | undefined
  /** Undefined: the answer is the simulator's, complete and to the letter. */
  readonly flaw: string | undefined
}

interface Frame {
  readonly type: string
  readonly chatId?: string
  readonly text?: string
  readonly parts?: readonly { type: string; text?: string }[]
  readonly problem?: { code: string }
}

/** Models that think send that first. */
const FIRST_TOKEN = /^event: (?:text|reasoning)-delta$/m

/** Sends a message and reads its answer to the end. Never rejects. */
export async function readTurn(request: TurnRequest): Promise<TurnReading> {
  const { guest, chatId, prompt, model, patienceMs } = request
  let firstTokenAt: number | undefined
  const sentAt = performance.now()
  const answer = await guest.call(
    {
      method: 'POST',
      path: chatId === undefined ? '/turns' : `/chats/${chatId}/turns`,
      accept: 'text/event-stream',
      body: { text: prompt, model },
    },
    {
      patienceMs,
      onText: (text) => {
        if (firstTokenAt === undefined && FIRST_TOKEN.test(text)) firstTokenAt = performance.now()
      },
    },
  )
  const endedAt = performance.now()
  const frames = answer.status === 200 ? framesOf(answer.body) : []
  const flaw = flawOf(answer, frames, prompt)
  return {
    prompt,
    sentAt,
    firstTokenAt,
    endedAt,
    chatId: frames.find(({ type }) => type === 'turn-start')?.chatId ?? chatId,
    flaw,
  }
}

function flawOf(answer: ApiAnswer, frames: readonly Frame[], prompt: string): string | undefined {
  const last = frames.at(-1)
  if (answer.failure !== undefined) return answer.failure
  if (answer.status !== 200) return `status ${answer.status}: ${answer.body.slice(0, 200)}`
  if (!answer.isWellFramed) return 'the response has a flaw in its chunks'
  if (last?.type === 'turn-error') return `ended with ${last.problem?.code}`
  if (last?.type !== 'turn-end') return `ended without an end, after ${last?.type}`
  return textOf(frames) === simulatedAnswer(prompt).text
    ? undefined
    : 'the text is not the simulator’s'
}

function framesOf(body: string): Frame[] {
  return [...body.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as Frame)
}

function textOf(frames: readonly Frame[]): string {
  let text = ''
  for (const frame of frames) {
    if (frame.type === 'text-delta') text += frame.text
    if (frame.type === 'answer-snapshot')
      text = (frame.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
  }
  return text
}
