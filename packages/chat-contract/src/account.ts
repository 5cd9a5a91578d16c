import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'
import { EmailAddress, LinkToken, Password, SignUpMode, UserName } from './session.ts'

/** One's own account. */
export const Account = z.object({
  name: z.string().nullable(),
  email: z.string(),
  emailVerified: z.boolean(),
  /** Without one: whoever came by another provider and never chose any. */
  hasPassword: z.boolean(),
  twoFactor: z.object({
    enabled: z.boolean(),
    backupCodesLeft: z.int().nonnegative(),
  }),
  /** Accounts elsewhere that lead to this one. */
  linked: z.array(z.object({ providerId: z.string(), name: z.string(), linkedAt: Timestamp })),
})
export type Account = z.infer<typeof Account>

export const RenameAccountInput = z.object({
  /** null: none. */
  name: UserName.nullable(),
})
export type RenameAccountInput = z.infer<typeof RenameAccountInput>

const CurrentPassword = z.string().min(1).max(256)

export const ChangePasswordInput = z.object({ current: CurrentPassword, password: Password })
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>

/** What only the account's owner shall do, whoever sits at a computer that was left signed in. */
export const ProvenInput = z.object({ password: CurrentPassword })
export type ProvenInput = z.infer<typeof ProvenInput>

export const TwoFactorSetUp = z.object({
  /** `otpauth://…`, for an authenticator app. */
  uri: z.string(),
  /** Shown this once. Each is good once, in the place of a code. */
  backupCodes: z.array(z.string()),
})
export type TwoFactorSetUp = z.infer<typeof TwoFactorSetUp>

export const BackupCodes = z.object({ backupCodes: z.array(z.string()) })
export type BackupCodes = z.infer<typeof BackupCodes>

export const ConfirmTwoFactorInput = z.object({
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, 'six digits'),
})
export type ConfirmTwoFactorInput = z.infer<typeof ConfirmTwoFactorInput>

/** A link that was sent by mail. */
const MailLink = z.object({ mail: Identifier, token: LinkToken })

export const VerifyEmailInput = MailLink
export type VerifyEmailInput = z.infer<typeof VerifyEmailInput>

export const RequestPasswordResetInput = z.object({ email: EmailAddress })
export type RequestPasswordResetInput = z.infer<typeof RequestPasswordResetInput>

export const ResetPasswordInput = MailLink.extend({ password: Password })
export type ResetPasswordInput = z.infer<typeof ResetPasswordInput>

export const SetUpInput = z.object({ token: LinkToken })
export type SetUpInput = z.infer<typeof SetUpInput>

const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/, 'is no domain')

export const SignUpRules = z.object({
  mode: SignUpMode,
  /** Of the addresses that may sign up, where the mode is `domain`. */
  domains: z.array(z.string()),
  /** Whether they come from the environment, which holds until they are set here. */
  fromEnvironment: z.boolean(),
})
export type SignUpRules = z.infer<typeof SignUpRules>

export const SetSignUpRulesInput = z
  .object({ mode: SignUpMode, domains: z.array(Domain).max(50).default([]) })
  .refine(({ mode, domains }) => mode !== 'domain' || domains.length > 0, {
    path: ['domains'],
    message: 'at least one',
  })
export type SetSignUpRulesInput = z.infer<typeof SetSignUpRulesInput>

export const Invitation = z.object({
  id: Identifier,
  /** Whom alone it is for. */
  email: z.string().nullable(),
  tier: z.string().nullable(),
  useLimit: z.int().positive(),
  uses: z.int().nonnegative(),
  state: z.enum(['usable', 'used', 'expired', 'revoked']),
  createdAt: Timestamp,
  expiresAt: Timestamp,
})
export type Invitation = z.infer<typeof Invitation>

export const InvitationList = z.object({
  /** The newest first. */
  invitations: z.array(Invitation),
})
export type InvitationList = z.infer<typeof InvitationList>

export const CreateInvitationInput = z.object({
  email: EmailAddress.optional(),
  tier: z.string().max(64).optional(),
  useLimit: z.coerce.number().int().min(1).max(1_000).default(1),
  days: z.coerce.number().int().min(1).max(90).default(7),
})
export type CreateInvitationInput = z.infer<typeof CreateInvitationInput>

export const CreatedInvitation = Invitation.extend({
  /** Shown this once. */
  link: z.string(),
})
export type CreatedInvitation = z.infer<typeof CreatedInvitation>

/** What would have been sent: a laptop's stand-in for a mail server. */
export const Mailbox = z.object({
  /** The newest first. */
  mails: z.array(
    z.object({
      id: Identifier,
      address: z.string(),
      subject: z.string(),
      body: z.string(),
      createdAt: Timestamp,
    }),
  ),
})
export type Mailbox = z.infer<typeof Mailbox>
