import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { ChunkFormer } from '../normalise/chunk-former.ts'
import { CompletionFormer } from '../normalise/completion-former.ts'
import { newCompletionId } from '../normalise/identifiers.ts'
import { nowSeconds } from '../normalise/now-seconds.ts'
import { legacyChunks, legacyCompletion } from '../normalise/legacy-function-call.ts'
import type { AnswerForm, StreamedAnswer, WholeAnswer } from './answer-form.ts'
import { COMPLETION_FORMAT } from './completion-stream.ts'

/** @param callsFunctions the caller reads `function_call`, and no `tool_calls` */
export function completionForm(body: ChatCompletionRequest, callsFunctions: boolean): AnswerForm {
  return {
    takesRestarts: true,
    format: () => COMPLETION_FORMAT,
    stream: () => streamedCompletion(body, callsFunctions),
    whole: () => wholeCompletion(body, callsFunctions),
  }
}

function streamedCompletion(body: ChatCompletionRequest, callsFunctions: boolean): StreamedAnswer {
  const chunks = new ChunkFormer({
    id: newCompletionId(),
    created: nowSeconds(),
    model: body.model,
    tellsUsage: body.stream_options?.include_usage === true,
  })
  return {
    add(parts) {
      const told = chunks.add(parts)
      return callsFunctions ? legacyChunks(told) : told
    },
    event(event) {
      if (event.type === 'restart') chunks.restart(body.model)
      return chunks.event(event)
    },
    end() {
      const usage = chunks.usage()
      return usage === undefined ? [] : [usage]
    },
    fail: (error) => [error],
  }
}

function wholeCompletion(body: ChatCompletionRequest, callsFunctions: boolean): WholeAnswer {
  const completion = new CompletionFormer(body.model)
  return {
    add(parts) {
      for (const part of parts) completion.add(part)
    },
    form() {
      const told = completion.form({ id: newCompletionId(), created: nowSeconds() })
      return callsFunctions ? legacyCompletion(told) : told
    },
  }
}
