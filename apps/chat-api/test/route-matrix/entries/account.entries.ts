import type { RouteName } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import type { RouteEntry } from '../route-entry.ts'

const password = 'correct horse battery'
const noLink = { mail: newId(), token: 'x'.repeat(43) }

export const accountEntries = {
  getAccount: { owner: 'member' },
  renameAccount: { owner: 'member', body: { name: 'Somebody' } },
  changePassword: { owner: 'member', body: { current: password, password } },
  beginTwoFactor: { owner: 'member', body: { password } },
  // What passes has come as far as a code that was not asked for, or a secret that was not made.
  confirmTwoFactor: { owner: 'member', body: { code: '123456' }, passes: 409 },
  endTwoFactor: { owner: 'member', body: { password } },
  renewBackupCodes: { owner: 'member', body: { password }, passes: 409 },
  sendVerification: { owner: 'member' },
  // Links are proved where they are made; whoever has none is told the same, signed in or not.
  verifyEmail: { body: noLink, passes: 410 },
  resetPassword: { body: { ...noLink, password }, passes: 410 },
  requestPasswordReset: { body: { email: 'someone@example.com' } },
  // There is an administrator.
  setUp: { owner: 'member', body: { token: 'x'.repeat(43) }, passes: 409 },
  listMailbox: {},
  getSignUpRules: {},
  setSignUpRules: { body: { mode: 'open' } },
  listInvitations: {},
  createInvitation: { body: {} },
  revokeInvitation: {},
} as const satisfies Partial<Record<RouteName, RouteEntry>>
