import { z } from 'zod'
import { Identifier } from './identifier.ts'

export const EmailAddress = z.email().max(254)
/** Length is what matters (NIST SP 800-63B); anything printable is allowed. */
export const Password = z.string().min(10, 'at least 10 characters').max(256)

export const UserName = z.string().trim().min(1).max(80)
/** What a link of ours ends with: 256 bits at random. */
export const LinkToken = z.string().regex(/^[\w-]{43}$/, 'is not complete')

export const SignUpInput = z.object({
  email: EmailAddress,
  password: Password,
  name: UserName.optional(),
  /** The end of an invitation's link, where this installation asks for one. */
  invitation: LinkToken.optional(),
})
export type SignUpInput = z.infer<typeof SignUpInput>

export const SignInInput = z.object({ email: EmailAddress, password: z.string().min(1).max(256) })
export type SignInInput = z.infer<typeof SignInInput>

export const UserKind = z.enum(['guest', 'member'])
export const UserRole = z.enum(['user', 'admin'])

export const User = z.object({
  id: Identifier,
  kind: UserKind,
  role: UserRole,
  name: z.string().nullable(),
  email: z.string().nullable(),
  /** Whether its owner has shown that they read what is sent there. */
  emailVerified: z.boolean(),
})
export type User = z.infer<typeof User>

/** Who may make an account. `domain`: whoever has an address of one of some domains. */
export const SignUpMode = z.enum(['open', 'invitation', 'domain', 'closed'])

/** Somebody else's accounts that one can sign in with here. */
export const SignInProvider = z.object({
  id: z.string(),
  name: z.string(),
  /** Where a browser goes to do so. */
  path: z.string(),
})

/** `GET /me`. Answers without a sign-in too: `user` is then null. */
export const Me = z.object({
  user: User.nullable(),
  installation: z.object({
    mode: z.enum(['local', 'production']),
    /** True where no provider key is set and the simulator answers. */
    simulated: z.boolean(),
    /** True where this user may set provider keys on the settings page. */
    canSetProviderKeys: z.boolean(),
    /** Whether one may chat without an account. */
    guests: z.boolean(),
    signUp: SignUpMode,
    /** Whether it sends mail, so that a forgotten password is no loss. */
    sendsMail: z.boolean(),
    /** Whether a page shows what was sent, on a laptop. */
    hasMailbox: z.boolean(),
    signInProviders: z.array(SignInProvider),
    /** What is away at the moment, such as `redis`. */
    degraded: z.array(z.string()),
  }),
})
export type Me = z.infer<typeof Me>

export const SignedUp = Me.extend({
  /** Nobody is signed in yet: a link in a mail comes first. Also where the address has an account. */
  confirmationNeeded: z.boolean(),
})
export type SignedUp = z.infer<typeof SignedUp>

export const SignedIn = Me.extend({
  /** The password was right and nobody is signed in yet: `POST /sign-in/code` comes next. */
  codeNeeded: z.boolean(),
})
export type SignedIn = z.infer<typeof SignedIn>

export const SignInWithCodeInput = z.object({
  /** Of the authenticator app, or a backup code. */
  code: z.string().trim().min(6).max(20),
})
export type SignInWithCodeInput = z.infer<typeof SignInWithCodeInput>
