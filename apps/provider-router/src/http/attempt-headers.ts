import {
  ATTEMPTS_HEADER,
  COST_HEADER,
  DECISION_HEADER,
  DEPLOYMENT_HEADER,
} from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Response } from 'express'
import { RouteFailure } from '../call/route-failure.ts'
import type { RouteEvent } from '../call/route-event.ts'
import { DecidedError } from '../decision/decided-error.ts'
import type { Deployment } from '../select/deployment.ts'

/** Who answered, after how many calls, and at what cost, as far as it is known before the first byte. */
export class AttemptHeaders {
  readonly #response: Response
  #attempts = 0
  #answering: Deployment | undefined
  #costPicoUsd: bigint | undefined = 0n

  constructor(response: Response) {
    this.#response = response
  }

  decidedBy(decisionId: string): void {
    this.#set(DECISION_HEADER, decisionId)
  }

  note(event: RouteEvent): void {
    if (event.type === 'parts') this.#answeredBy(event.candidate.deployment)
    else if (event.event.type === 'attempt-start') this.#attempts++
    else if (event.event.type === 'attempt-end')
      this.#add(event.event.costPicoUsd, event.event.usage)
  }

  noteFailure(error: unknown): void {
    if (error instanceof RouteFailure) this.#set(ATTEMPTS_HEADER, String(error.attempts))
    // Who shares a call has a decision of its own.
    if (error instanceof DecidedError && !this.#response.hasHeader(DECISION_HEADER)) {
      this.decidedBy(error.decisionId)
    }
    // OpenAI's SDKs try every 429 and 5xx again by themselves, unless they are told that it is of no use.
    if (error instanceof ServiceError && !error.retryable) this.#set('x-should-retry', 'false')
  }

  /** What all attempts together cost; unknown where the price of one is. */
  setCost(): void {
    if (this.#costPicoUsd !== undefined) this.#set(COST_HEADER, String(this.#costPicoUsd))
  }

  #answeredBy(deployment: Deployment): void {
    if (this.#answering === deployment || this.#response.headersSent) return
    this.#answering = deployment
    this.#set(DEPLOYMENT_HEADER, deployment.id)
    this.#set(ATTEMPTS_HEADER, String(this.#attempts))
  }

  #add(cost: string | null, usage: unknown): void {
    if (cost === null && usage === null) return
    this.#costPicoUsd =
      cost === null || this.#costPicoUsd === undefined
        ? undefined
        : this.#costPicoUsd + BigInt(cost)
  }

  #set(name: string, value: string): void {
    // A deployment's id may hold what a caller typed after a wildcard's prefix.
    if (!this.#response.headersSent && /^[\x20-\x7e]+$/.test(value)) {
      this.#response.setHeader(name, value)
    }
  }
}
