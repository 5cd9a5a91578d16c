import { setTimeout as sleep } from 'node:timers/promises'
import { uniquePrompt } from '../router/call/prompt.ts'
import type { Guest } from './guests.ts'
import { MODELS } from './provider-models.ts'
import { readTurn } from './read-turn.ts'
import type { TurnReading } from './read-turn.ts'

export interface TurningReadersOptions {
  /** One for each reader. */
  readonly guests: readonly Guest[]
  /** Of each answer. */
  readonly tokens: number
  /** What an answer takes where nothing holds it up. */
  readonly answerMs: number
}

export interface TurningReaders {
  /** Adds readers until there are so many, evenly over a time. */
  growTo(count: number, withinMs: number): Promise<void>
  /** All turns that have ended. */
  readonly readings: readonly TurnReading[]
  /** Begins no more turns, and waits for those that run. */
  finish(): Promise<void>
}

/** Readers that each send a message, read its answer to the end, and send the next in the same chat. */
export function startTurningReaders(options: TurningReadersOptions): TurningReaders {
  const { guests, tokens, answerMs } = options
  const readings: TurnReading[] = []
  const readers: Promise<void>[] = []
  const finishing = new AbortController()

  async function keepReading(index: number): Promise<void> {
    const guest = guests[index]
    if (guest === undefined) throw new Error('there are fewer guests than readers')
    let chatId: string | undefined
    while (!finishing.signal.aborted) {
      const reading = await readTurn({
        guest,
        chatId,
        prompt: uniquePrompt(tokens),
        model: MODELS[index % MODELS.length] ?? MODELS[0],
        patienceMs: answerMs * 2 + 30_000,
      })
      readings.push(reading)
      chatId = reading.chatId
      // One that is refused at once would be asked again at once.
      if (reading.flaw !== undefined) await sleep(1_000)
    }
  }

  return {
    async growTo(count, withinMs) {
      const pauseMs = withinMs / (count - readers.length)
      const beganAt = performance.now()
      for (let added = 0; readers.length < count; added++) {
        readers.push(keepReading(readers.length))
        await sleep(Math.max(0, beganAt + (added + 1) * pauseMs - performance.now()))
      }
    },
    readings,
    async finish() {
      finishing.abort()
      await Promise.all(readers)
    },
  }
}
