import type OpenAI from 'openai'

/** An answer as the OpenAI SDK gave it, and the error that ended it, if one did. For tests. */
export interface Collected {
  readonly choices: CollectedChoice[]
  readonly model: string | undefined
  readonly usage: OpenAI.CompletionUsage | undefined
  readonly error: unknown
}

export interface CollectedChoice {
  text: string
  reasoning: string
  refusal: string
  finish: string | null
  /** Arguments parsed where they are JSON. */
  calls: { id: string; name: string; arguments: unknown }[]
}

type Delta = OpenAI.ChatCompletionChunk.Choice.Delta & { reasoning_content?: string | null }

/** Asks by the official SDK, streamed or whole, and puts together what comes. */
export async function collectStream(
  client: OpenAI,
  request: { model: string; messages: OpenAI.ChatCompletionMessageParam[]; stream: boolean },
): Promise<Collected> {
  const choices: CollectedChoice[] = []
  let model: string | undefined
  let usage: OpenAI.CompletionUsage | undefined
  let error: unknown
  const choiceAt = (index: number): CollectedChoice =>
    (choices[index] ??= { text: '', reasoning: '', refusal: '', finish: null, calls: [] })
  try {
    if (request.stream) {
      const stream = await client.chat.completions.create({
        ...request,
        stream: true,
        stream_options: { include_usage: true },
      })
      for await (const chunk of stream) {
        model ??= chunk.model
        usage = chunk.usage ?? usage
        for (const { index, delta, finish_reason: finish } of chunk.choices) {
          addDelta(choiceAt(index), delta)
          choiceAt(index).finish ??= finish
        }
      }
    } else {
      const completion = await client.chat.completions.create({ ...request, stream: false })
      model = completion.model
      usage = completion.usage
      for (const { index, message, finish_reason: finish } of completion.choices) {
        const calls = message.tool_calls?.map((call, place) => ({ ...call, index: place }))
        addDelta(choiceAt(index), { ...message, tool_calls: calls } as Delta)
        choiceAt(index).finish = finish
      }
    }
  } catch (thrown) {
    error = thrown
  }
  for (const call of choices.flatMap((choice) => choice.calls)) {
    call.arguments = parsed(call.arguments as string)
  }
  return { choices, model, usage, error }
}

function addDelta(choice: CollectedChoice, delta: Delta): void {
  choice.text += delta.content ?? ''
  choice.reasoning += delta.reasoning_content ?? ''
  choice.refusal += delta.refusal ?? ''
  for (const { index, id, function: called } of delta.tool_calls ?? []) {
    const call = (choice.calls[index] ??= { id: '', name: '', arguments: '' })
    call.id += id ?? ''
    call.name += called?.name ?? ''
    call.arguments = `${call.arguments as string}${called?.arguments ?? ''}`
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
