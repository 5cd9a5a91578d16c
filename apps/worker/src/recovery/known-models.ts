import type { TurnPrice } from '@brainlyx/db'
import type { RouterModel } from '@brainlyx/router-contract'
import { turnPriceOf } from '@brainlyx/turn-engine'
import type { RouterClient } from '@brainlyx/turn-engine'

/** What each model reads and costs, as the router last told. */
export interface KnownModels {
  /** Tokens; null where nothing is known. */
  contextTokensOf(model: string): number | null
  /** What a call may cost at most. */
  priceOf(model: string): TurnPrice
  /** Asks the router. @throws where it does not answer */
  refresh(): Promise<void>
}

export function createKnownModels(router: Pick<RouterClient, 'listModels'>): KnownModels {
  let known: ReadonlyMap<string, RouterModel> = new Map()
  return {
    contextTokensOf: (model) => known.get(model)?.brainlyx.contextTokens ?? null,
    priceOf: (model) => turnPriceOf(known.get(model)),
    async refresh() {
      const models = await router.listModels()
      known = new Map(models.map((model) => [model.id, model]))
    },
  }
}
