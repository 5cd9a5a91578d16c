import { ChatCompletion, OpenAiErrorBody, StreamItem } from '@brainlyx/router-contract'
import type { BrainlyxEvent, ChatCompletionChunk, CompletionUsage } from '@brainlyx/router-contract'

/** What the body of a chat completion says, whole or streamed. For tests. */
export interface AnswerBody {
  /** After the last `restart` event, where there was one. */
  text: string
  reasoning: string
  refusal: string
  finish: string | null
  usage: CompletionUsage | null
  /** Arguments as they came. */
  calls: { name: string; arguments: string }[]
  events: BrainlyxEvent[]
  error: OpenAiErrorBody['error'] | null
  /** A stream said `[DONE]`. */
  done: boolean
}

/** @throws where it is not what the contract says */
export function readAnswer(contentType: string, body: string): AnswerBody {
  const answer: AnswerBody = {
    text: '',
    reasoning: '',
    refusal: '',
    finish: null,
    usage: null,
    calls: [],
    events: [],
    error: null,
    done: false,
  }
  if (contentType.includes('text/event-stream')) readStream(answer, body)
  else readDocument(answer, JSON.parse(body))
  return answer
}

function readDocument(answer: AnswerBody, document: unknown): void {
  const refused = OpenAiErrorBody.safeParse(document)
  if (refused.success) {
    answer.error = refused.data.error
    return
  }
  const { choices, usage } = ChatCompletion.parse(document)
  answer.usage = usage ?? null
  for (const { message, finish_reason: finish } of choices.slice(0, 1)) {
    answer.text = message.content ?? ''
    answer.reasoning = message.reasoning_content ?? ''
    answer.refusal = message.refusal ?? ''
    answer.calls = (message.tool_calls ?? []).map((call) => call.function)
    answer.finish = finish
  }
}

function readStream(answer: AnswerBody, body: string): void {
  for (const event of body.split('\n\n')) {
    if (!event.startsWith('data: ')) continue
    const data = event.slice('data: '.length)
    if (data === '[DONE]') {
      answer.done = true
      continue
    }
    const item = StreamItem.parse(JSON.parse(data))
    if ('error' in item) answer.error = OpenAiErrorBody.parse(item).error
    else addChunk(answer, item)
  }
}

function addChunk(answer: AnswerBody, { brainlyx, usage, choices }: ChatCompletionChunk): void {
  if (brainlyx !== undefined) answer.events.push(brainlyx)
  if (brainlyx?.type === 'restart') {
    Object.assign(answer, { text: '', reasoning: '', refusal: '', finish: null, calls: [] })
  }
  answer.usage = usage ?? answer.usage
  for (const { delta, finish_reason: finish } of choices.slice(0, 1)) {
    answer.text += delta.content ?? ''
    answer.reasoning += delta.reasoning_content ?? ''
    answer.refusal += delta.refusal ?? ''
    answer.finish = finish ?? answer.finish
    for (const { index, function: called } of delta.tool_calls ?? []) {
      const call = (answer.calls[index] ??= { name: '', arguments: '' })
      call.name += called?.name ?? ''
      call.arguments += called?.arguments ?? ''
    }
  }
}
