import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import type { AdmittedChat } from '../admit/admit-chat.ts'
import { CustomChunks, customCompletion } from '../custom-tools/custom-calls.ts'
import { ChunkFormer } from '../normalise/chunk-former.ts'
import { CompletionFormer } from '../normalise/completion-former.ts'
import { newCompletionId } from '../normalise/identifiers.ts'
import { nowSeconds } from '../normalise/now-seconds.ts'
import { legacyChunks, legacyCompletion } from '../normalise/legacy-function-call.ts'
import type { AnswerForm, StreamedAnswer, WholeAnswer } from './answer-form.ts'
import { COMPLETION_FORMAT } from './completion-stream.ts'

/** How a caller reads calls. */
type Reads = Pick<AdmittedChat, 'callsFunctions' | 'customNames'>

export function completionForm(body: ChatCompletionRequest, reads: Reads): AnswerForm {
  return {
    takesRestarts: true,
    format: () => COMPLETION_FORMAT,
    stream: () => streamedCompletion(body, reads),
    whole: () => wholeCompletion(body, reads),
  }
}

function streamedCompletion(
  body: ChatCompletionRequest,
  { callsFunctions, customNames }: Reads,
): StreamedAnswer {
  const chunks = new ChunkFormer({
    id: newCompletionId(),
    created: nowSeconds(),
    model: body.model,
    tellsUsage: body.stream_options?.include_usage === true,
  })
  const custom = customNames.size === 0 ? undefined : new CustomChunks(customNames)
  return {
    add(parts) {
      const told = chunks.add(parts)
      if (callsFunctions) return legacyChunks(told)
      return custom === undefined ? told : custom.tell(told)
    },
    event(event) {
      if (event.type === 'restart') {
        chunks.restart(body.model)
        custom?.restart()
      }
      return chunks.event(event)
    },
    end() {
      const usage = chunks.usage()
      return usage === undefined ? [] : [usage]
    },
    fail: (error) => [error],
  }
}

function wholeCompletion(
  body: ChatCompletionRequest,
  { callsFunctions, customNames }: Reads,
): WholeAnswer {
  const completion = new CompletionFormer(body.model)
  return {
    add(parts) {
      for (const part of parts) completion.add(part)
    },
    form() {
      const told = completion.form({ id: newCompletionId(), created: nowSeconds() })
      if (callsFunctions) return legacyCompletion(told)
      return customNames.size === 0 ? told : customCompletion(told, customNames)
    },
  }
}
