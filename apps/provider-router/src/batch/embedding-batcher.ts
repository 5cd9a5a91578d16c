import type { EmbeddingInput } from '@brainlyx/router-contract'
import type { ProviderEmbeddings } from '../adapters/provider-adapter.ts'
import { cutInputs } from './cut-inputs.ts'
import type { InputSlice } from './cut-inputs.ts'
import { EmbeddingBatch } from './embedding-batch.ts'
import { EmbeddingPart } from './embedding-part.ts'

/** What calls have in common that may be sent as one, and what sending them takes. */
export interface EmbeddingGroup {
  /** The same for calls that may be put together: one model at one place, one set of options, one user. */
  readonly key: string
  /** The most inputs that the provider takes in one call. */
  readonly maxInputs: number
}

export interface EmbeddingBatcher<
  Group extends EmbeddingGroup,
  Embeddings extends ProviderEmbeddings = ProviderEmbeddings,
> {
  /**
   * A vector for each input, in order, and this call's share of the tokens; anything else is as `send` gave it. Inputs
   * beyond what one call may hold are sent as several, and anything else is the first one's.
   * @throws the reason of `signal`, or what `send` throws
   */
  embed(call: {
    readonly group: Group
    /** At least one. */
    readonly inputs: readonly EmbeddingInput[]
    readonly signal: AbortSignal
  }): Promise<Embeddings>
}

/** Gives what stops it. */
export type SetTimer = (callback: () => void, ms: number) => () => void

/**
 * Embeddings asked for within a few milliseconds become one upstream call. The first to come waits for others no longer
 * than the window, and they wait for the rest of it; a full batch leaves at once.
 */
export function createEmbeddingBatcher<
  Group extends EmbeddingGroup,
  Embeddings extends ProviderEmbeddings = ProviderEmbeddings,
>({
  send,
  setTimer,
  windowMs = () => 3,
  maxTokens = 250_000,
}: {
  /** One upstream call. `group` is that of the first in the batch. */
  send: (call: {
    readonly group: Group
    readonly inputs: EmbeddingInput[]
    readonly signal: AbortSignal
  }) => Promise<Embeddings>
  setTimer: SetTimer
  /** 0 puts nothing together. */
  windowMs?: () => number
  /** Estimated, in one call. OpenAI takes 300,000 over all inputs, and estimates err. */
  maxTokens?: number
}): EmbeddingBatcher<Group, Embeddings> {
  const open = new Map<string, OpenBatch<Embeddings>>()

  const begin = (group: Group): OpenBatch<Embeddings> => {
    const close = (): void => {
      cancelTimer?.()
      open.delete(group.key)
    }
    const batch = new EmbeddingBatch<Embeddings>({ maxInputs: group.maxInputs, maxTokens }, close)
    const leave = (): void => {
      close()
      void batch.send((inputs, signal) => send({ group, inputs, signal }))
    }
    const waitMs = windowMs()
    const cancelTimer = waitMs > 0 ? setTimer(leave, waitMs) : undefined
    const begun = { batch, leave, waits: waitMs > 0 }
    open.set(group.key, begun)
    return begun
  }

  const embedSlice = (
    group: Group,
    slice: InputSlice,
    signal: AbortSignal,
  ): Promise<Embeddings> => {
    const part = new EmbeddingPart<Embeddings>(slice, signal)
    const waiting = open.get(group.key)
    const hasRoom = waiting?.batch.hasRoomFor(part) ?? false
    if (!hasRoom) waiting?.leave()
    const { batch, leave, waits } = waiting !== undefined && hasRoom ? waiting : begin(group)
    batch.add(part)
    if (batch.isFull || !waits) leave()
    return part.answer
  }

  return {
    async embed({ group, inputs, signal }) {
      signal.throwIfAborted()
      const slices = cutInputs(inputs, { maxInputs: group.maxInputs, maxTokens })
      if (slices.length === 1) return embedSlice(group, slices[0]!, signal)
      // Once one has failed, the others are of no use.
      const rest = new AbortController()
      const either = AbortSignal.any([signal, rest.signal])
      try {
        return joined(await Promise.all(slices.map((slice) => embedSlice(group, slice, either))))
      } catch (error) {
        rest.abort(error)
        throw error
      }
    },
  }
}

interface OpenBatch<Embeddings extends ProviderEmbeddings> {
  readonly batch: EmbeddingBatch<Embeddings>
  readonly leave: () => void
  readonly waits: boolean
}

function joined<Embeddings extends ProviderEmbeddings>(slices: readonly Embeddings[]): Embeddings {
  return {
    ...slices[0]!,
    vectors: slices.flatMap(({ vectors }) => vectors),
    inputTokens: slices.reduce<number | null>(
      (sum, { inputTokens }) => (sum === null || inputTokens === null ? null : sum + inputTokens),
      0,
    ),
  }
}
