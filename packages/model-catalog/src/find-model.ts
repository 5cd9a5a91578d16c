import type { CatalogModel, CatalogProvider } from './catalog-model.ts'
import { anthropicModels } from './models/anthropic.ts'
import { geminiModels } from './models/gemini.ts'
import { groqModels } from './models/groq.ts'
import { openaiModels } from './models/openai.ts'

/** Every model whose price is known. One without a price is not here: nobody may take it for free. */
export const catalogModels: readonly CatalogModel[] = [
  ...openaiModels,
  ...anthropicModels,
  ...geminiModels,
  ...groqModels,
]

const byName = new Map<string, CatalogModel>()
for (const model of catalogModels) {
  for (const name of [model.id, ...model.aliases]) {
    const key = `${model.provider}:${name}`
    if (byName.has(key)) throw new Error(`two models are named ${key}`)
    byName.set(key, model)
  }
}

/**
 * What a provider's model name may end with beside the model itself: a snapshot's date (`-20250929`, `-2025-08-07`,
 * `@20250929`, `-0613`), Google's revision (`-001`) or dated preview (`-preview-09-2025`, `-preview-05-20`), `-latest`.
 * Tried one after the other, each on what the one before left.
 */
const snapshotSuffixes = [
  /-latest$/,
  /[-@]20\d{6}$/,
  /-20\d\d-\d\d-\d\d$/,
  /-preview-\d\d-(\d\d|20\d\d)$/,
  /-\d{3,4}$/,
]

/**
 * The entry of a model by any name its provider knows it by: exact, aliased, or a dated snapshot (which inherits
 * from its base unless it is listed by itself, as snapshots with prices of their own are).
 */
export function findModel(provider: CatalogProvider, model: string): CatalogModel | undefined {
  let name = model.replace(/^models\//, '')
  const exact = byName.get(`${provider}:${name}`)
  if (exact !== undefined) return exact
  for (const suffix of snapshotSuffixes) {
    const shorter = name.replace(suffix, '')
    if (shorter === name) continue
    name = shorter
    const found = byName.get(`${provider}:${name}`)
    if (found !== undefined) return found
  }
  return undefined
}
