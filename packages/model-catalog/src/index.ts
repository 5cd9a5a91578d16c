// Models, their prices, limits and capabilities. Imports nothing.
export { catalogModels, findModel } from './find-model.ts'
export { costPicoUsd, pricesAt, type BilledTokens } from './cost.ts'
export {
  pricesFromUsdPerMillion,
  type ModelPrices,
  type PriceTier,
  type TokenPrices,
  type UsdPerMillion,
} from './model-prices.ts'
export type { CatalogModel, CatalogProvider, ModelCapabilities } from './catalog-model.ts'
