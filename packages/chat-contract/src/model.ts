import { z } from 'zod'

export const Model = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.string().nullable(),
  kind: z.enum(['virtual', 'model']),
  simulated: z.boolean(),
  capabilities: z.object({ images: z.boolean(), tools: z.boolean(), reasoning: z.boolean() }),
})
export type Model = z.infer<typeof Model>

export const ModelPage = z.object({ models: z.array(Model) })
export type ModelPage = z.infer<typeof ModelPage>
