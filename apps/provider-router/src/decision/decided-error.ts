import { ServiceError } from '@brainlyx/service-kit'
import type { Decision } from './decision.ts'

type ServiceErrorOptions = ConstructorParameters<typeof ServiceError>[0]

/** Why a request that was decided on was not answered, and which decision says more. */
export class DecidedError extends ServiceError {
  readonly decisionId: string

  constructor(options: ServiceErrorOptions, decisionId: string) {
    super(options)
    this.name = 'DecidedError'
    this.decisionId = decisionId
  }
}

/** The decision was to call nobody. */
export function refusedBy(decision: Decision, error: ServiceError): DecidedError {
  decision.step(error.message)
  decision.finish({ type: 'failed', code: error.code })
  return new DecidedError(error, decision.id)
}
