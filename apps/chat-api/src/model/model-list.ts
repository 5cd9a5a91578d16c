import type { Model } from '@brainlyx/chat-contract'
import type { RouterModel } from '@brainlyx/router-contract'
import type { TurnPrice } from '@brainlyx/db'
import { turnPriceOf } from '@brainlyx/turn-engine'
import type { RouterClient } from '@brainlyx/turn-engine'

const FRESH_MS = 5_000

export interface ModelList {
  /** The models, a few seconds old at most; older ones while the router is away. @throws where none were ever read */
  read(): Promise<RouterModel[]>
  /** The next read asks the router: something has been changed there. */
  expire(): void
  /** Whether they were ever read. */
  readonly isKnown: boolean
  /** What is known without asking; null where nothing is. */
  contextTokensOf(model: string): number | null
  /** What a call may cost at most, by what is known without asking. */
  priceOf(model: string): TurnPrice
}

/** The router's models, read by one request at a time and kept for a moment: every page asks for them. */
export function createModelList(options: {
  router: Pick<RouterClient, 'listModels'>
  nowMs?: () => number
}): ModelList {
  const { router, nowMs = () => performance.now() } = options
  let models: RouterModel[] | undefined
  let freshUntil = -Infinity
  let reading: Promise<RouterModel[]> | undefined

  async function refresh(): Promise<RouterModel[]> {
    try {
      models = await router.listModels()
      freshUntil = nowMs() + FRESH_MS
      return models
    } catch (error) {
      if (models === undefined) throw error
      return models
    }
  }

  return {
    async read() {
      if (models !== undefined && nowMs() < freshUntil) return models
      reading ??= refresh().finally(() => (reading = undefined))
      return reading
    },
    get isKnown() {
      return models !== undefined
    },
    expire: () => void (freshUntil = -Infinity),
    priceOf: (id) => turnPriceOf(models?.find((model) => model.id === id)),
    contextTokensOf: (id) =>
      models?.find((model) => model.id === id)?.brainlyx.contextTokens ?? null,
  }
}

export function toModel({ id, owned_by: ownedBy, brainlyx }: RouterModel): Model {
  const { name, kind, simulated, capabilities, usual: price } = brainlyx
  return {
    id,
    name,
    provider: kind === 'virtual' ? null : ownedBy,
    kind,
    simulated,
    capabilities,
    ...(price === undefined ? {} : { price }),
  }
}
