import type { z } from 'zod'
import type { ServiceEnvironment } from '../service-environment.ts'
import { judgeConnection } from './data-connection.ts'
import { weaknessOf } from './weak-secret.ts'

/** RFC 8037, appendix A: the Ed25519 key that everyone has. */
const PUBLISHED_KEYS = new Set(['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'])

/**
 * A rule for a service's environment (`superRefine(rule, ALONGSIDE_OTHER_PROBLEMS)`): outside local mode a boot with
 * weak, equal or published secrets, or with data that asks for no password, is refused.
 */
export function refuseInProduction(options: {
  /** The service's name: its own key has it as `kid`. */
  service: string
  /** Keys of secrets; no two may be equal. */
  secrets?: readonly string[]
  /** Where browsers come, over TLS only. */
  origin?: string
  /** Whether it speaks to other services, and so needs a key to prove itself by. */
  needsOwnKey: boolean
}): (config: Partial<ServiceEnvironment>, context: z.RefinementCtx) => void {
  const { service, secrets = [], origin, needsOwnKey } = options
  return (config, context) => {
    if (config.BRAINLYX_MODE !== 'production') return
    const values = new Map<string, unknown>(Object.entries(config))
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message })

    const seen = new Map<unknown, string>()
    for (const key of secrets) {
      const value = values.get(key)
      if (typeof value !== 'string') continue
      const weakness = weaknessOf(value)
      if (weakness !== undefined) refuse(key, weakness)
      const same = seen.get(value)
      if (same !== undefined) refuse(key, `is the same as ${same}; each needs one of its own`)
      seen.set(value, key)
    }

    const address = origin === undefined ? undefined : values.get(origin)
    if (typeof address === 'string' && address.startsWith('http:')) {
      refuse(origin!, 'must be https in production')
    }

    const problem = problemOfOwnKey(config.SERVICE_TOKEN_PRIVATE_JWK, { service, needsOwnKey })
    if (problem !== undefined) refuse('SERVICE_TOKEN_PRIVATE_JWK', problem)
    if (config.SERVICE_TOKEN_PUBLIC_JWKS?.keys?.some(({ x }) => PUBLISHED_KEYS.has(x)) === true) {
      refuse('SERVICE_TOKEN_PUBLIC_JWKS', 'has a key whose private half has been published')
    }

    for (const [key, url] of connectionsOf(values)) {
      const { refusal } = judgeConnection(url)
      if (refusal !== undefined) refuse(key, refusal)
    }
  }
}

function problemOfOwnKey(
  key: ServiceEnvironment['SERVICE_TOKEN_PRIVATE_JWK'],
  { service, needsOwnKey }: { service: string; needsOwnKey: boolean },
): string | undefined {
  if (key === undefined) {
    return needsOwnKey
      ? 'is needed in production: this service’s Ed25519 private JWK, by which others know it'
      : undefined
  }
  // One that could not be read has been told of already.
  if (typeof key !== 'object') return undefined
  if (PUBLISHED_KEYS.has(key.x)) return 'is a key that has been published'
  return key.kid === service ? undefined : `has the kid «${key.kid}», and this is ${service}`
}

/** What an environment that was accepted still leaves open, a sentence each. */
export function warnInProduction(config: ServiceEnvironment): string[] {
  if (config.BRAINLYX_MODE !== 'production') return []
  return connectionsOf(new Map<string, unknown>(Object.entries(config))).flatMap(([key, url]) => {
    const { warning } = judgeConnection(url)
    return warning === undefined ? [] : [`${key} ${warning}.`]
  })
}

function connectionsOf(values: ReadonlyMap<string, unknown>): [key: string, url: string][] {
  return [...values].flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((url): url is string => typeof url === 'string' && url.includes('://'))
      .map((url): [string, string] => [key, url]),
  )
}
