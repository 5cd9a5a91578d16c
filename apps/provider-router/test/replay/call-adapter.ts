import { adapterFor } from '../../src/adapters/adapter-for.ts'
import { AnswerAssembler, type AssembledAnswer } from '../../src/adapters/assemble.ts'
import type { ProviderCall } from '../../src/adapters/provider-adapter.ts'
import { ProviderError } from '../../src/adapters/provider-error.ts'
import { apiOf, type Exchange } from './exchange.ts'
import type { Replay } from './replay.ts'

/** What came of a call: all or some of an answer, and the error that ended it, if one did. */
export interface Outcome {
  readonly answer: AssembledAnswer
  readonly error: ProviderError | null
}

/** Puts a replayed exchange through the adapter it is for, and through the provider's own SDK below that. */
export async function callAdapter(
  replay: Replay,
  exchange: Exchange,
  how: 'stream' | 'complete' = exchange.kind === 'stream' ? 'stream' : 'complete',
): Promise<Outcome> {
  const api = apiOf(exchange)
  const call: ProviderCall = {
    target: {
      api,
      baseUrl: `${replay.origin}/f/${exchange.name}${exchange.provider === 'openai' ? '/v1' : ''}`,
      apiKey: 'not-a-key',
      connectMs: 2_000,
      model: 'replayed-model',
      outputTokenLimit: 4096,
    },
    request: { model: 'replayed-model', messages: [{ role: 'user', content: 'Hello' }] },
    prefill: false,
    signal: AbortSignal.timeout(60_000),
  }
  const assembler = new AnswerAssembler()
  try {
    const adapter = adapterFor(api)
    if (how === 'stream') {
      for await (const parts of adapter.stream(call)) for (const part of parts) assembler.push(part)
    } else for (const part of await adapter.complete(call)) assembler.push(part)
    return { answer: assembler.answer(), error: null }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { answer: assembler.answer(), error }
  }
}
