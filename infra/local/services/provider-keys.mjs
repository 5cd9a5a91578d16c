import { readFileSync } from 'node:fs'
import { inLocal } from '../paths.mjs'

/** Keys that a person set on the settings page; the router reads and writes it. */
export const providerKeysFile = inLocal('provider-keys.json')

/** @type {Record<string, string>} */
const VARIABLES = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  gemini: 'GEMINI_API_KEY',
  groq: 'GROQ_API_KEY',
}

/** @typedef {{ provider: string, key: string, from: string }} ProviderKey */

/**
 * The keys in the environment and in `.env`.
 * @param {Record<string, string | undefined>} environment
 * @returns {ProviderKey[]}
 */
export function environmentKeys(environment) {
  return Object.entries(VARIABLES).flatMap(([provider, variable]) => {
    const key = environment[variable]
    return key === undefined || key === '' ? [] : [{ provider, key, from: variable }]
  })
}

/**
 * The keys set on the settings page.
 * @param {string} [file]
 * @returns {ProviderKey[]}
 */
export function settingsKeys(file = providerKeysFile) {
  try {
    return Object.entries(JSON.parse(readFileSync(file, 'utf8'))).map(([provider, key]) => ({
      provider,
      key: String(key),
      from: 'the settings page',
    }))
  } catch {
    return []
  }
}
