import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'

const Settings = z
  .strictObject({
    /** Part of the address that the provider sends browsers back to; never changed. */
    id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'small letters, digits and - only'),
    name: z.string().min(1).max(80).optional(),
    kind: z.enum(['oidc', 'google', 'microsoft', 'github']).default('oidc'),
    /** OpenID Connect: where `/.well-known/openid-configuration` is found. GitHub: an Enterprise server. */
    issuer: z.url({ protocol: /^https?$/ }).optional(),
    /** Microsoft: the directory. */
    tenant: z
      .string()
      .regex(/^[\w.-]+$/)
      .optional(),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default([]),
    /** Whether an account of ours with the same confirmed address is linked at the first sign-in. */
    trusted: z.boolean().default(false),
    /** Whether its addresses are confirmed although it does not say so: Microsoft's directories do not. */
    addressesAreVerified: z.boolean().default(false),
    /** `always`: whoever comes from there may sign up, whatever the rules are. */
    signUp: z.enum(['rules', 'always']).default('rules'),
    groupsClaim: z.string().min(1).default('groups'),
    /** Groups whose members administrate. Without it roles are not touched. */
    admins: z.array(z.string()).optional(),
    /** Tiers and the groups that get them; the first that fits counts, `free` where none does. Without it tiers stay. */
    tiers: z.record(z.string(), z.array(z.string())).optional(),
  })
  .superRefine(({ kind, issuer, tenant }, context) => {
    const ask = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (kind === 'oidc' && issuer === undefined) ask('issuer', 'is needed')
    if (kind === 'microsoft' && tenant === undefined) ask('tenant', 'is needed: your directory')
  })

export type ProviderSettings = z.infer<typeof Settings>

const SettingsList = z
  .array(Settings)
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, {
    message: 'two have the same id',
  })

/**
 * The providers that one can sign in with, as YAML or JSON.
 * @throws {Error} that says what is wrong, for the person who wrote it
 */
export async function readProviderSettings(from: {
  text: string | undefined
  file: string | undefined
  /** Whether providers may be spoken to without TLS: on a laptop. */
  allowHttp: boolean
}): Promise<ProviderSettings[]> {
  const key = from.text === undefined ? 'AUTH_PROVIDERS_FILE' : 'AUTH_PROVIDERS'
  const text = from.text ?? (from.file === undefined ? '[]' : await readFile(from.file, 'utf8'))
  let value: unknown
  try {
    value = parse(text)
  } catch {
    // The parser quotes the text, which has secrets in it.
    throw new Error(`${key} is neither YAML nor JSON.`)
  }
  const result = SettingsList.safeParse(value)
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'it'}: ${message}`,
    )
    throw new Error(`${key} is not usable: ${problems.join('; ')}.`)
  }
  const insecure = result.data.find(({ issuer }) => issuer?.startsWith('http:') === true)
  if (insecure !== undefined && !from.allowHttp) {
    throw new Error(`${key}: the issuer of ${insecure.id} must be https.`)
  }
  return result.data
}

const NAMES = { oidc: undefined, google: 'Google', microsoft: 'Microsoft', github: 'GitHub' }

export function providerName({ id, name, kind }: ProviderSettings): string {
  return name ?? NAMES[kind] ?? id
}
