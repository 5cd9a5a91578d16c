import fc from 'fast-check'
import { setImmediate as allSettled } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ProviderEmbeddings } from '../adapters/provider-adapter.ts'
import type { ProviderError } from '../adapters/provider-error.ts'
import { WINDOW_MS, batcherUnderTest, errorOf, succeed, vectorOf } from './batcher-under-test.ts'
import type { Sent } from './batcher-under-test.ts'

/** Its length, and whether the provider refuses it. */
const input = fc.tuple(
  fc.nat(30),
  fc.integer({ min: 0, max: 15 }).map((chance) => chance === 1),
)
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('embed' as const),
        key: fc.constantFrom('ada', 'bob'),
        inputs: fc.array(input, { minLength: 1, maxLength: 7 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(4) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom('answer' as const, 'answer' as const, 'break' as const),
        which: fc.nat(9),
        tokens: fc.nat(500),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat(9) }) },
  ),
  { maxLength: 40 },
)

interface Caller {
  readonly key: string
  readonly inputs: readonly string[]
  readonly since: number
  readonly controller: AbortController
  outcome: { readonly answer: ProviderEmbeddings } | { readonly error: unknown } | undefined
}

test('in any interleaving, everybody gets the vectors of their inputs and a share of the tokens', async () => {
  const maxInputs = 5
  const maxTokens = 20
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (schedule, calm) => {
      const { timers, sent, embed } = batcherUnderTest({ maxInputs, maxTokens })
      const callers: Caller[] = []
      const answered = new Set<Sent>()
      let serial = 0
      let tokensOfAnswers = 0
      const arrive = async (key: string, inputs: string[]): Promise<void> => {
        const controller = new AbortController()
        const caller: Caller = { key, inputs, since: timers.nowMs, controller, outcome: undefined }
        callers.push(caller)
        try {
          caller.outcome = { answer: await embed(inputs, { key, signal: controller.signal }) }
        } catch (error) {
          caller.outcome = { error }
        }
      }
      const answer = (call: Sent, broken: boolean, tokens: number): void => {
        answered.add(call)
        if (call.signal.aborted) call.answer.reject(call.signal.reason)
        else if (broken) call.answer.reject(errorOf('overloaded'))
        else if (call.inputs.some((text) => String(text).startsWith('bad'))) {
          call.answer.reject(errorOf('invalid-request'))
        } else {
          tokensOfAnswers += tokens
          succeed(call, tokens)
        }
      }
      const unanswered = (): Sent[] => sent.filter((call) => !answered.has(call))
      const check = (): void => {
        for (const { group, inputs, signal } of unanswered()) {
          const owners = callers.filter((caller) =>
            caller.inputs.some((text) => inputs.includes(text)),
          )
          expect(signal.aborted).toBe(owners.every(({ outcome }) => outcome !== undefined))
          expect(owners.every(({ key }) => key === group.key)).toBe(true)
          expect(inputs.length).toBeLessThanOrEqual(maxInputs)
          const tokens = inputs.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0)
          expect(inputs.length === 1 || tokens <= maxTokens).toBe(true)
        }
        const gone = new Set(sent.flatMap(({ inputs }) => inputs))
        for (const { outcome, since, inputs } of callers) {
          if (outcome !== undefined || since + WINDOW_MS > timers.nowMs) continue
          expect(inputs.every((text) => gone.has(text))).toBe(true)
        }
      }

      for (const step of schedule) {
        if (calm && (step.do === 'abort' || step.do === 'break')) continue
        if (step.do === 'embed') {
          const texts = step.inputs.map(
            ([length, bad]) => `${bad && !calm ? 'bad' : 'good'} ${++serial} ${'x'.repeat(length)}`,
          )
          void arrive(step.key, texts)
        } else if (step.do === 'wait') timers.advance(step.ms)
        else if (step.do === 'abort') {
          const caller = callers.at(-1 - step.which)
          if (caller?.outcome === undefined) caller?.controller.abort(caller)
        } else {
          const call = unanswered()[step.which]
          if (call !== undefined) answer(call, step.do === 'break', step.tokens)
        }
        await allSettled()
        check()
      }
      timers.advance(WINDOW_MS)
      while (unanswered().length > 0) {
        for (const call of unanswered()) answer(call, false, 7)
        await allSettled()
        check()
      }

      let tokensOfCallers = 0
      for (const { inputs, outcome, controller } of callers) {
        if (outcome === undefined) throw new Error('somebody was forgotten')
        if ('answer' in outcome) {
          expect(outcome.answer.vectors).toEqual(inputs.map(vectorOf))
          tokensOfCallers += outcome.answer.inputTokens!
        } else if (controller.signal.aborted) expect(outcome.error).toBe(controller.signal.reason)
        else if ((outcome.error as ProviderError).code === 'invalid-request') {
          expect(inputs.some((text) => text.startsWith('bad'))).toBe(true)
        } else expect(outcome.error).toMatchObject({ code: 'overloaded' })
      }
      // What was answered for one who did not get it belongs to nobody else.
      if (calm) expect(tokensOfCallers).toBe(tokensOfAnswers)
      else expect(tokensOfCallers).toBeLessThanOrEqual(tokensOfAnswers)
      expect(timers.pending).toBe(0)
      const calls = sent.flatMap(({ inputs }) => inputs)
      for (const text of new Set(calls)) {
        expect(calls.filter((each) => each === text).length).toBeLessThanOrEqual(2)
      }
    }),
    { numRuns: 300 },
  )
})
