import { z } from 'zod'

/** The topic on which replicas tell each other of a 429. */
export const PAUSE_TOPIC = 'quota-pause'

/** What comes over the wire may be of another version of this service. */
export const PauseMessage = z.object({
  scopeId: z.string().max(1_000),
  leftMs: z.number(),
  factor: z.number().gt(0).max(1),
})
