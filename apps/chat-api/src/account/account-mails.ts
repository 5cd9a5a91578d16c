import { addMail } from '@brainlyx/db'
import type { Database, MailRow } from '@brainlyx/db'
import { ServiceError, currentTrace } from '@brainlyx/service-kit'
import type { Transaction } from 'kysely'

export interface AccountMails {
  /** Whether this installation can send any. */
  readonly areSent: boolean
  /** @throws {ServiceError} 409 `no-mail` where it cannot */
  refuseWithout(): void
  /** In the transaction that it tells of; nothing where none can be sent. A worker sends it once that is committed. */
  add(transaction: Transaction<Database>, kind: MailRow['kind'], address: string): Promise<void>
  /** The transaction is committed: the worker need not wait for its next look. */
  hint(): void
}

export function createAccountMails(options: {
  areSent: boolean
  hintOutbox: () => void
}): AccountMails {
  const { areSent, hintOutbox } = options
  return {
    areSent,
    refuseWithout() {
      if (!areSent) throw noMail
    },
    async add(transaction, kind, address) {
      if (!areSent) return
      await addMail(transaction, { kind, address, traceparent: currentTrace()?.traceparent })
    },
    hint: hintOutbox,
  }
}

const noMail = new ServiceError({
  code: 'no-mail',
  status: 409,
  title: 'This installation sends no mail.',
  detail: 'Ask whoever runs it.',
})
