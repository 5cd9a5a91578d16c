import type { Replicas } from './replicas.ts'

export interface TierChange {
  readonly requestsPerMinute?: number
  readonly requestBurst?: number
  readonly messagesPerDay?: number | null
}

/** Replicas look every two seconds, and nobody hints. */
const IN_FORCE_MS = 3_000

/** Changes a tier and waits until every replica has it. */
export async function setTier(
  { db }: Pick<Replicas, 'db'>,
  name: string,
  change: TierChange,
): Promise<void> {
  await db.updateTable('tiers').set(change).where('name', '=', name).execute()
  await new Promise((resolve) => setTimeout(resolve, IN_FORCE_MS))
}

/** More than a measurement of something else asks for. */
export const PLENTY = { requestsPerMinute: 1_000_000_000, requestBurst: 1_000_000 } as const
