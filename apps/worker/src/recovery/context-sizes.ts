import type { RouterClient } from '@brainlyx/turn-engine'

/** What each model reads, as the router last told. */
export interface ContextSizes {
  /** Tokens; null where nothing is known. */
  of(model: string): number | null
  /** Asks the router. @throws where it does not answer */
  refresh(): Promise<void>
}

export function createContextSizes(router: Pick<RouterClient, 'listModels'>): ContextSizes {
  let sizes: ReadonlyMap<string, number | null> = new Map()
  return {
    of: (model) => sizes.get(model) ?? null,
    async refresh() {
      const models = await router.listModels()
      sizes = new Map(models.map(({ id, brainlyx }) => [id, brainlyx.contextTokens]))
    },
  }
}
