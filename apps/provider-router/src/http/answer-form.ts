import type {
  BrainlyxEvent,
  ChatCompletionRequest,
  OpenAiErrorBody,
} from '@brainlyx/router-contract'
import type { StreamPart } from '../adapters/stream-part.ts'
import type { StreamFormat } from './completion-stream.ts'
import type { RequestWishes } from './request-wishes.ts'

/** A request in the form that everything behind works with, and how its answer is told. */
export interface AdmittedAnswer {
  readonly body: ChatCompletionRequest
  readonly form: AnswerForm
  /** Which API, and all that the caller sent: by it a request that is sent again is known. */
  readonly asked: readonly unknown[]
}

/** The API that a caller speaks. What is behind it is the same for each. */
export interface AnswerForm {
  /** A stream of it has a way to say that what was said is void. */
  readonly takesRestarts: boolean
  format(wishes: RequestWishes): StreamFormat
  stream(): StreamedAnswer
  whole(): WholeAnswer
}

/** Each step gives the items to send. */
export interface StreamedAnswer {
  add(parts: readonly StreamPart[]): readonly object[]
  event(event: BrainlyxEvent): object
  end(): readonly object[] | Promise<readonly object[]>
  /** The last items of a stream that broke off. */
  fail(error: OpenAiErrorBody): readonly object[]
}

export interface WholeAnswer {
  add(parts: readonly StreamPart[]): void
  form(): object | Promise<object>
}
