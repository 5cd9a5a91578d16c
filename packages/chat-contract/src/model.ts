import { z } from 'zod'
import { PicoUsd } from './money.ts'

export const Model = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.string().nullable(),
  kind: z.enum(['virtual', 'model']),
  simulated: z.boolean(),
  capabilities: z.object({ images: z.boolean(), tools: z.boolean(), reasoning: z.boolean() }),
  /** What it usually costs; absent: not known. */
  price: z.object({ inputPicoUsdPerToken: PicoUsd, outputPicoUsdPerToken: PicoUsd }).optional(),
})
export type Model = z.infer<typeof Model>

export const ModelPage = z.object({ models: z.array(Model) })
export type ModelPage = z.infer<typeof ModelPage>
