import { ServiceError } from '@brainlyx/service-kit'
import * as oauth from 'openid-client'
import { z } from 'zod'
import type { ProviderSettings } from './provider-settings.ts'

const TIMEOUT_SECONDS = 10

/** Whom a provider has vouched for. */
export interface ProviderProfile {
  /** Never changes and is never given to another, unlike an address. */
  readonly subject: string
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
  readonly groups: readonly string[]
}

/** What only this browser and this server know of one sign-in on its way. */
export interface ProviderSecrets {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

export interface ProviderProtocol {
  /** Where the browser goes. */
  begin(secrets: ProviderSecrets): Promise<URL>
  /**
   * Exchanges what the browser came back with.
   * @throws {ServiceError} 401 `provider-refused`, 502 `provider-unreachable`
   */
  end(callback: URL, secrets: ProviderSecrets): Promise<ProviderProfile>
}

/**
 * OpenID Connect by discovery, or GitHub's OAuth, with PKCE and, where there is an ID token, a nonce. The provider is
 * looked up at the first sign-in, so that one that is away keeps nobody from starting.
 * @param options.redirectUri where the provider sends the browser back to
 */
export function createProviderProtocol(options: {
  settings: ProviderSettings
  redirectUri: string
  /** Without TLS, on a laptop. */
  allowHttp: boolean
}): ProviderProtocol {
  const { settings, redirectUri, allowHttp } = options
  const isGitHub = settings.kind === 'github'
  let known: Promise<oauth.Configuration> | undefined

  function configuration(): Promise<oauth.Configuration> {
    known ??= (isGitHub ? gitHub(settings) : discover(settings, allowHttp)).then((found) => {
      if (allowHttp) oauth.allowInsecureRequests(found)
      found.timeout = TIMEOUT_SECONDS
      return found
    })
    known.catch(() => (known = undefined))
    return known
  }

  return {
    begin: (secrets) =>
      translateErrors(async () => {
        const parameters = {
          redirect_uri: redirectUri,
          scope: [...new Set([...scopesOf(settings), ...settings.scopes])].join(' '),
          state: secrets.state,
          code_challenge: await oauth.calculatePKCECodeChallenge(secrets.codeVerifier),
          code_challenge_method: 'S256',
          ...(isGitHub ? {} : { nonce: secrets.nonce }),
        }
        return oauth.buildAuthorizationUrl(await configuration(), parameters)
      }),

    end: (callback, secrets) =>
      translateErrors(async () => {
        const found = await configuration()
        const tokens = await oauth.authorizationCodeGrant(found, callback, {
          expectedState: secrets.state,
          pkceCodeVerifier: secrets.codeVerifier,
          ...(isGitHub ? {} : { expectedNonce: secrets.nonce, idTokenExpected: true }),
        })
        if (isGitHub) return gitHubProfile(found, settings, tokens.access_token)
        const claims = tokens.claims()
        if (claims === undefined) throw refused
        const more =
          found.serverMetadata().userinfo_endpoint === undefined
            ? {}
            : await oauth.fetchUserInfo(found, tokens.access_token, claims.sub)
        // What was signed counts before what was said.
        return profileOf({ ...more, ...claims }, settings)
      }),
  }
}

const ISSUERS = {
  google: () => 'https://accounts.google.com',
  microsoft: (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`,
}

function discover(settings: ProviderSettings, allowHttp: boolean): Promise<oauth.Configuration> {
  const { kind, issuer, tenant = '', clientId, clientSecret } = settings
  const url =
    kind === 'google' ? ISSUERS.google() : kind === 'microsoft' ? ISSUERS.microsoft(tenant) : issuer
  return oauth.discovery(new URL(url!), clientId, clientSecret, undefined, {
    timeout: TIMEOUT_SECONDS,
    ...(allowHttp ? { execute: [oauth.allowInsecureRequests] } : {}),
  })
}

async function gitHub(settings: ProviderSettings): Promise<oauth.Configuration> {
  const origin = settings.issuer ?? 'https://github.com'
  const metadata = {
    issuer: origin,
    authorization_endpoint: `${origin}/login/oauth/authorize`,
    token_endpoint: `${origin}/login/oauth/access_token`,
  }
  const { clientId, clientSecret } = settings
  return new oauth.Configuration(
    metadata,
    clientId,
    undefined,
    oauth.ClientSecretPost(clientSecret),
  )
}

function scopesOf({ kind }: ProviderSettings): string[] {
  return kind === 'github' ? ['read:user', 'user:email'] : ['openid', 'email', 'profile']
}

const Claims = z.looseObject({
  sub: z.string().min(1).max(255),
  email: z.email().max(254).optional().catch(undefined),
  // Some send it as text.
  email_verified: z
    .union([z.boolean(), z.literal('true').transform(() => true)])
    .optional()
    .catch(undefined),
  name: z.string().optional().catch(undefined),
})

function profileOf(value: unknown, settings: ProviderSettings): ProviderProfile {
  const claims = Claims.parse(value)
  const { sub, email, email_verified: isVerified, name } = claims
  return {
    subject: sub,
    email: email?.toLowerCase() ?? null,
    emailVerified: isVerified === true || settings.addressesAreVerified,
    name: shortName(name),
    groups: z.array(z.string()).catch([]).parse(claims[settings.groupsClaim]),
  }
}

const GitHubUser = z.object({ id: z.int(), name: z.string().nullish(), login: z.string() })
const GitHubEmails = z.array(
  z.object({ email: z.email(), primary: z.boolean(), verified: z.boolean() }),
)

async function gitHubProfile(
  configuration: oauth.Configuration,
  { issuer }: ProviderSettings,
  accessToken: string,
): Promise<ProviderProfile> {
  const api = issuer === undefined ? 'https://api.github.com' : `${issuer}/api/v3`
  const ask = async (path: string): Promise<unknown> => {
    const response = await oauth.fetchProtectedResource(
      configuration,
      accessToken,
      new URL(`${api}${path}`),
      'GET',
      null,
      new Headers({ accept: 'application/vnd.github+json', 'user-agent': 'brainlyx' }),
    )
    if (!response.ok) throw refused
    return response.json()
  }
  const user = GitHubUser.parse(await ask('/user'))
  const emails = GitHubEmails.parse(await ask('/user/emails'))
  const own = emails.find(({ primary }) => primary)
  return {
    subject: String(user.id),
    email: own?.email.toLowerCase() ?? null,
    emailVerified: own?.verified === true,
    name: shortName(user.name ?? user.login),
    groups: [],
  }
}

function shortName(name: string | undefined): string | null {
  const text = name?.trim().slice(0, 80).toWellFormed() ?? ''
  return text === '' ? null : text
}

/** Which error it was stays here: what a provider writes into one is not for pages. */
async function translateErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ServiceError) throw error
    const isAway =
      (error instanceof oauth.ClientError && /timeout/i.test(error.code ?? '')) ||
      (error instanceof TypeError && error.message === 'fetch failed') ||
      (error instanceof DOMException && error.name === 'TimeoutError')
    throw isAway ? unreachable(error) : refusedBecause(error)
  }
}

function refusedBecause(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'provider-refused',
    status: 401,
    title: 'Signing in there did not succeed.',
    detail: 'Try again.',
    cause,
  })
}

const refused = refusedBecause(undefined)

function unreachable(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'provider-unreachable',
    status: 502,
    title: 'The other service is not reachable.',
    detail: 'Try again in a moment.',
    retryable: true,
    cause,
  })
}
