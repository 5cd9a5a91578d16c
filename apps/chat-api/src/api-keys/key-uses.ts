import { noteApiKeyUse } from '@brainlyx/db'
import type { Database, Pseudonymizer } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import type { AuditLog } from '../audit/audit-log.ts'
import { addressGroup } from '../http/client-address.ts'
import type { KeyPrincipal } from './key-principal.ts'

/** How often at most a key's last use is written, by each replica. */
const WRITE_MS = 60_000
const REMEMBERED_LIMIT = 10_000

export interface KeyUses {
  /** Returns at once; what there is to write is written meanwhile. */
  note(key: KeyPrincipal, address: string): void
}

/** When a key was last used, and an entry in the audit log for each group of addresses that is new to it. */
export function createKeyUses(options: {
  db: Kysely<Database>
  pseudonymOf: Pseudonymizer
  audit: AuditLog
  logger: Logger
}): KeyUses {
  const { db, pseudonymOf, audit, logger } = options
  const writtenAt = new Map<string, number>()

  async function write({ keyId, keyOwnerId, prefix }: KeyPrincipal, group: string): Promise<void> {
    await db.transaction().execute(async (transaction) => {
      const use = { userId: keyOwnerId, keyId, address: pseudonymOf(group) }
      if (!(await noteApiKeyUse(transaction, use))) return
      await audit.recordIn(transaction, {
        by: { userId: keyOwnerId, role: 'user', address: group },
        action: 'api-key-use-from-new-address',
        details: { prefix },
      })
    })
  }

  return {
    note(key, address) {
      const group = addressGroup(address)
      const name = `${key.keyId} ${group}`
      const now = performance.now()
      if (now - (writtenAt.get(name) ?? -Infinity) < WRITE_MS) return
      if (writtenAt.size >= REMEMBERED_LIMIT) writtenAt.clear()
      writtenAt.set(name, now)
      write(key, group).catch((error: unknown) => {
        writtenAt.delete(name)
        logger.warn({ err: error }, 'the use of a key was not written')
      })
    },
  }
}
