import type { AttemptEnd, AttemptStart, DecisionReport } from '@brainlyx/router-contract'

/** What was known before the first call. */
export type DecisionFacts = Omit<DecisionReport, 'id' | 'at' | 'steps' | 'attempts' | 'outcome'>
type AttemptReport = DecisionReport['attempts'][number]
type Step = DecisionReport['steps'][number]

/**
 * Why a request went where it went, kept as it happens and put into words once it has ended, or when somebody asks
 * before. Holds nothing of what was said.
 */
export class Decision {
  readonly id: string
  readonly #at = Date.now()
  readonly #facts: () => DecisionFacts
  readonly #steps: Step[] = []
  readonly #attempts: { start: AttemptStart; end?: AttemptEnd; why: string }[] = []
  readonly #onFinish: (decision: Decision) => void
  #outcome: DecisionReport['outcome'] = { type: 'running' }

  /** @param facts asked for once it has ended, and where somebody wants to know before */
  constructor(
    id: string,
    facts: () => DecisionFacts,
    onFinish: (decision: Decision) => void = () => {},
  ) {
    this.id = id
    this.#facts = facts
    this.#onFinish = onFinish
  }

  /** A deployment was passed over, or something else happened between two calls. */
  step(what: string, deployment?: string): void {
    this.#steps.push({
      afterAttempts: this.#attempts.length,
      what,
      ...(deployment === undefined ? {} : { deployment }),
    })
  }

  started(start: AttemptStart, why: string): void {
    this.#attempts.push({ start, why })
  }

  ended(end: AttemptEnd): void {
    const attempt = this.#attempts.find(({ start }) => start.attemptId === end.attemptId)
    if (attempt !== undefined) attempt.end = end
  }

  finish(outcome: DecisionReport['outcome']): void {
    if (this.#outcome.type !== 'running') return
    this.#outcome = outcome
    this.#onFinish(this)
  }

  report(): DecisionReport {
    return {
      id: this.id,
      at: new Date(this.#at).toISOString(),
      ...this.#facts(),
      steps: this.#steps,
      attempts: this.#attempts.map(({ start, end, why }): AttemptReport => ({
        attemptId: start.attemptId,
        deployment: start.deployment,
        why,
        end: end ?? null,
      })),
      outcome: this.#outcome,
    }
  }
}
