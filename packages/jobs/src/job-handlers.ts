import { jobNames } from './job-catalogue.ts'
import type { JobName, JobPayload } from './job-catalogue.ts'

export interface JobRun<Payload> {
  readonly payload: Payload
  readonly jobId: string
  /** 1 the first time. */
  readonly attempt: number
  /** No other attempt follows if this one fails. */
  readonly isLastAttempt: boolean
}

export type JobHandler<Name extends JobName> = (run: JobRun<JobPayload<Name>>) => Promise<void>

/** One handler a job: leaving one out does not compile. */
export type JobHandlers = { readonly [Name in JobName]: JobHandler<Name> }

/**
 * For what the compiler did not see, such as handlers put together at run time.
 * @throws an Error naming every job without a handler and every handler without a job
 */
export function assertHandlersComplete(handlers: Readonly<Record<string, unknown>>): void {
  const missing = jobNames.filter((name) => typeof handlers[name] !== 'function')
  const unknown = Object.keys(handlers).filter((name) => !jobNames.includes(name as JobName))
  const problems = [
    ...missing.map((name) => `the job ${name} has no handler`),
    ...unknown.map((name) => `the handler ${name} has no job`),
  ]
  if (problems.length > 0) throw new Error(`The jobs are not usable: ${problems.join('; ')}.`)
}
