import { z } from 'zod'
import { PicoUsd } from './token-usage.ts'

export const RouterModel = z.looseObject({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  brainlyx: z.object({
    /** What people read in a picker. */
    name: z.string(),
    /** `virtual` models choose a deployment; `model`s name one. */
    kind: z.enum(['virtual', 'model']),
    /** True where only the simulator answers. */
    simulated: z.boolean(),
    contextTokens: z.int().nullable(),
    outputTokens: z.int().nullable(),
    capabilities: z.object({ images: z.boolean(), tools: z.boolean(), reasoning: z.boolean() }),
    /** What a call costs of the deployment that is named first: for people, who want to know roughly. */
    usual: z.object({ inputPicoUsdPerToken: PicoUsd, outputPicoUsdPerToken: PicoUsd }).optional(),
    /** The most that one call may take: over all deployments that may be asked, those that stand by included. */
    dearest: z
      .object({
        inputPicoUsdPerToken: PicoUsd,
        outputPicoUsdPerToken: PicoUsd,
        contextTokens: z.int().nullable(),
        outputTokens: z.int().nullable(),
        /** True where some price is not known and the configured one of unknown models stands in. */
        isAssumed: z.boolean(),
      })
      .optional(),
  }),
})
export type RouterModel = z.infer<typeof RouterModel>

/** `GET /v1/models`. */
export const ModelList = z.object({ object: z.literal('list'), data: z.array(RouterModel) })
export type ModelList = z.infer<typeof ModelList>
