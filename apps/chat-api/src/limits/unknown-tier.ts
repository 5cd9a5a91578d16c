import { isPostgresError } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'

/** What a write failed by, where the tier that it names is not there (a foreign key). */
export function unknownTierOr(error: unknown): unknown {
  return isPostgresError(error) && error.code === '23503' ? unknownTier : error
}

const unknownTier = new ServiceError({
  code: 'unknown-tier',
  status: 422,
  title: 'There is no such tier.',
  fields: [{ path: 'tier', message: 'is not among the tiers' }],
})
