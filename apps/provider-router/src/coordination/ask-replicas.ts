import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Coordination } from './coordination.ts'

const Question = z.object({ id: z.string(), asker: z.string(), question: z.unknown() })
const Answer = z.object({ id: z.string(), answer: z.unknown() })

/** Questions that any other replica may know the answer to. */
export interface ReplicaQuestions {
  /** @returns the first answer; undefined after the timeout, or at once while there is nobody to ask */
  ask(question: unknown, options: { timeoutMs: number }): Promise<unknown>
  close(): void
}

/**
 * @param topic of one kind of question; all replicas name it alike
 * @param answer what this replica answers others; undefined: it does not know
 */
export function createReplicaQuestions(
  coordination: Coordination,
  topic: string,
  answer: (question: unknown) => unknown,
): ReplicaQuestions {
  const { replicaId } = coordination
  const waiting = new Map<string, (answer: unknown) => void>()
  const answersTo = (asker: string): string => `${topic}:answers:${asker}`

  const ends = [
    coordination.subscribe(topic, (message) => {
      const asked = Question.safeParse(message)
      if (!asked.success) return
      const known = answer(asked.data.question)
      if (known === undefined) return
      coordination.publish(answersTo(asked.data.asker), { id: asked.data.id, answer: known })
    }),
    coordination.subscribe(answersTo(replicaId), (message) => {
      const answered = Answer.safeParse(message)
      if (answered.success) waiting.get(answered.data.id)?.(answered.data.answer)
    }),
  ]

  return {
    async ask(question, { timeoutMs }) {
      if (!coordination.isConnected) return undefined
      const id = randomUUID()
      return await new Promise<unknown>((resolve) => {
        const end = (known: unknown): void => {
          clearTimeout(timer)
          waiting.delete(id)
          resolve(known)
        }
        const timer = setTimeout(end, timeoutMs, undefined)
        waiting.set(id, end)
        coordination.publish(topic, { id, asker: replicaId, question })
      })
    },
    close() {
      for (const end of ends) end()
      for (const end of waiting.values()) end(undefined)
    },
  }
}
