import { findInvitation, findSignUpRules, setSignUpRules } from '@brainlyx/db'
import type { Database, SignUpRules } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { hashOfLinkToken } from './link-token.ts'

/** A page may show what was in force so long ago; an account is never made by it. */
const SHOWN_FOR_MS = 2_000

export interface SignUpPolicy {
  /** What is in force now. */
  rules(): Promise<SignUpRules & { fromEnvironment: boolean }>
  /** For pages: some seconds old at most. */
  shownMode(): Promise<SignUpRules['mode']>
  change(db: Kysely<Database>, rules: SignUpRules): Promise<void>
  /** @throws {ServiceError} 403 where nobody may make this account */
  admit(applicant: { email: string; invitation: string | undefined }): Promise<void>
  /** Whether it is a set-up token that counts, which admits like an invitation. */
  isSetUpToken(token: string): Promise<boolean>
  /** Whether an address must be confirmed before one is signed in by it. */
  needsConfirmation(): Promise<boolean>
}

export function createSignUpPolicy(options: {
  db: Kysely<Database>
  /** In force until an administrator sets others. */
  fallback: SignUpRules
  requireVerifiedEmail: boolean
  /** Somebody who is to administrate must be able to sign up, whatever the mode. */
  isSetUpToken: (token: string) => Promise<boolean>
  nowMs?: () => number
}): SignUpPolicy {
  const { db, fallback, requireVerifiedEmail, isSetUpToken } = options
  const { nowMs = () => performance.now() } = options
  let shown: { mode: Promise<SignUpRules['mode']>; untilMs: number } | undefined

  async function rules(): Promise<SignUpRules & { fromEnvironment: boolean }> {
    const set = await findSignUpRules(db)
    return set === undefined
      ? { ...fallback, fromEnvironment: true }
      : { ...set, fromEnvironment: false }
  }

  return {
    rules,
    isSetUpToken,
    shownMode() {
      if (shown === undefined || nowMs() >= shown.untilMs) {
        const mode = rules().then((found) => found.mode)
        shown = { mode, untilMs: nowMs() + SHOWN_FOR_MS }
        // A failure is not kept.
        mode.catch(() => (shown = undefined))
      }
      return shown.mode
    },
    async change(transaction, changed) {
      await setSignUpRules(transaction, changed)
      shown = undefined
    },
    async admit({ email, invitation }) {
      const { mode, domains } = await rules()
      if (mode === 'open') return
      if (mode === 'domain' && domains.includes(domainOf(email))) return
      if (invitation !== undefined) {
        if (await isSetUpToken(invitation)) return
        const tokenHash = hashOfLinkToken(invitation)
        const found = await findInvitation(db, { tokenHash, email })
        if (found === undefined) throw invitationNotValid
        if (mode !== 'closed') return
      }
      throw REFUSALS[mode]
    },
    async needsConfirmation() {
      // Of a domain's people is only who reads what is sent there.
      return requireVerifiedEmail || (await rules()).mode === 'domain'
    },
  }
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase()
}

export const invitationNotValid = new ServiceError({
  code: 'invitation-not-valid',
  status: 403,
  title: 'This invitation is not valid, or not any more.',
  detail: 'It may have been used, have ended, or be for another address. Ask for a new one.',
  fields: [{ path: 'invitation', message: 'is not valid' }],
})

const REFUSALS = {
  invitation: new ServiceError({
    code: 'invitation-needed',
    status: 403,
    title: 'One is invited here.',
    detail: 'Open the link of your invitation, or ask whoever runs this installation for one.',
    fields: [{ path: 'invitation', message: 'is needed' }],
  }),
  domain: new ServiceError({
    code: 'domain-not-admitted',
    status: 403,
    title: 'Addresses of this domain cannot sign up here.',
    detail: 'Use the address of your organisation.',
    fields: [{ path: 'email', message: 'is of another domain' }],
  }),
  closed: new ServiceError({
    code: 'sign-up-closed',
    status: 403,
    title: 'Nobody can sign up here at the moment.',
    detail: 'Ask whoever runs this installation.',
  }),
} as const
