import type { ChatCompletion, ChatCompletionChunk } from '@brainlyx/router-contract'

type CompletionChoice = ChatCompletion['choices'][number]
type ChunkChoice = ChatCompletionChunk['choices'][number]

/** An answer for callers of the older `functions`, which calls one at most: the first. */
export function legacyCompletion(completion: ChatCompletion): ChatCompletion {
  return { ...completion, choices: completion.choices.map(legacyChoice) }
}

function legacyChoice(choice: CompletionChoice): CompletionChoice {
  const { tool_calls: calls, ...message } = choice.message
  if (calls === undefined) return choice
  const told = { ...choice, message: { ...message, function_call: calls[0]?.function } }
  return { ...told, ...legacyFinish(choice) }
}

/** What of a stream's chunks such callers read. */
export function legacyChunks(chunks: readonly ChatCompletionChunk[]): ChatCompletionChunk[] {
  return chunks.flatMap((chunk) => {
    const choices = chunk.choices.flatMap(legacyDelta)
    return choices.length === 0 && chunk.choices.length > 0 ? [] : [{ ...chunk, choices }]
  })
}

function legacyDelta(choice: ChunkChoice): ChunkChoice[] {
  const { tool_calls: calls, ...delta } = choice.delta
  if (calls === undefined) return [{ ...choice, ...legacyFinish(choice) }]
  const first = calls.find(({ index }) => index === 0)
  return first === undefined
    ? []
    : [{ ...choice, delta: { ...delta, function_call: first.function } }]
}

/** The contract leaves this reason to the older form, which only those read who asked for it. */
function legacyFinish({ finish_reason: reason }: Pick<ChunkChoice, 'finish_reason'>): object {
  return reason === 'tool_calls' ? { finish_reason: 'function_call' } : {}
}
