import { inLocal } from '../paths.mjs'

/** Keys that a person set on the settings page; the router reads and writes it. */
export const providerKeysFile = inLocal('provider-keys.json')

/** @type {readonly { provider: string, variable: string }[]} */
export const PROVIDER_KEYS = [
  { provider: 'openai', variable: 'OPENAI_API_KEY' },
  { provider: 'anthropic', variable: 'ANTHROPIC_API_KEY' },
  { provider: 'gemini', variable: 'GEMINI_API_KEY' },
  { provider: 'groq', variable: 'GROQ_API_KEY' },
]

/**
 * The providers with a key in the environment or in `.env`.
 * @param {Record<string, string | undefined>} environment
 */
export function providersWithKey(environment) {
  return PROVIDER_KEYS.filter(({ variable }) => environment[variable] !== undefined).map(
    ({ provider }) => provider,
  )
}
