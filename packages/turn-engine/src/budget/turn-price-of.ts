import type { TurnPrice } from '@brainlyx/db'
import type { RouterModel } from '@brainlyx/router-contract'

/** For a model that the router does not list: a dear one, so that a budget holds whatever it turns out to be. */
const UNLISTED: TurnPrice = {
  inputPicoUsdPerToken: 30_000_000n,
  outputPicoUsdPerToken: 150_000_000n,
  contextTokens: 128_000,
  outputTokens: 16_000,
}

/** What a call may cost at most, by what the router says of the model. */
export function turnPriceOf(model: RouterModel | undefined): TurnPrice {
  const dearest = model?.brainlyx.dearest
  if (dearest === undefined) return UNLISTED
  return {
    inputPicoUsdPerToken: BigInt(dearest.inputPicoUsdPerToken),
    outputPicoUsdPerToken: BigInt(dearest.outputPicoUsdPerToken),
    contextTokens: dearest.contextTokens ?? UNLISTED.contextTokens,
    outputTokens: dearest.outputTokens ?? UNLISTED.outputTokens,
  }
}
