import { z } from 'zod'
import { Identifier } from './identifier.ts'

export const EmailAddress = z.email().max(254)
/** Length is what matters (NIST SP 800-63B); anything printable is allowed. */
export const Password = z.string().min(10, 'at least 10 characters').max(256)

export const SignUpInput = z.object({
  email: EmailAddress,
  password: Password,
  name: z.string().trim().min(1).max(80).optional(),
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
})
export type User = z.infer<typeof User>

/** `GET /me`. Answers without a sign-in too: `user` is then null. */
export const Me = z.object({
  user: User.nullable(),
  installation: z.object({
    mode: z.enum(['local', 'production']),
    /** True where no provider key is set and the simulator answers. */
    simulated: z.boolean(),
    /** True where this user may set provider keys on the settings page. */
    canSetProviderKeys: z.boolean(),
    /** What is away at the moment, such as `redis`. */
    degraded: z.array(z.string()),
  }),
})
export type Me = z.infer<typeof Me>
