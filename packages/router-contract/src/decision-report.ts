import { z } from 'zod'
import { AttemptEnd } from './brainlyx-event.ts'

/** `GET /admin/decisions/:id`: why a request went where it went. Nothing of what was said is in it. */
export const DecisionReport = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  /** As the caller named it. */
  model: z.string(),
  caller: z.string(),
  kind: z.enum(['chat', 'embedding']),
  strategy: z.string(),
  /** What the request asks of whoever answers it. */
  needs: z.object({
    inputTokens: z.int(),
    images: z.boolean(),
    tools: z.boolean(),
    callerRegion: z.string().nullable(),
    residency: z.array(z.string()).nullable(),
  }),
  /** What it was taken for, where that decides; each signal with its weight. */
  classification: z
    .object({
      tier: z.string(),
      kind: z.string(),
      score: z.number(),
      reasons: z.array(z.object({ signal: z.string(), weight: z.number(), why: z.string() })),
    })
    .nullable(),
  /** In the order in which they were to be tried. */
  order: z.array(z.object({ deployment: z.string(), why: z.string() })),
  /** Which were never considered. */
  dropped: z.array(z.object({ deployment: z.string(), why: z.string() })),
  /** What happened between the calls, such as a deployment that was passed over. */
  steps: z.array(
    z.object({ afterAttempts: z.int(), what: z.string(), deployment: z.string().optional() }),
  ),
  attempts: z.array(
    z.object({
      attemptId: z.string(),
      deployment: z.string(),
      why: z.string(),
      /** null while it runs. */
      end: AttemptEnd.nullable(),
    }),
  ),
  outcome: z.discriminatedUnion('type', [
    z.object({ type: z.literal('running') }),
    z.object({ type: z.literal('answered'), deployment: z.string() }),
    z.object({ type: z.literal('failed'), code: z.string() }),
    /** The caller has gone. */
    z.object({ type: z.literal('abandoned') }),
    /** The same request was being answered already. */
    z.object({ type: z.literal('shared') }),
  ]),
})
export type DecisionReport = z.infer<typeof DecisionReport>
