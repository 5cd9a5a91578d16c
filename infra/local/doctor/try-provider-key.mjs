/**
 * One token from each provider, by the model that costs least among those in apps/provider-router/router.yaml.
 * @type {Record<string, (key: string, environment: Record<string, string | undefined>) => Probe>}
 *
 * @typedef {{ url: string, headers: Record<string, string>, body: unknown }} Probe
 */
const PROBES = {
  openai: (key, environment) => ({
    url: `${base(environment, 'OPENAI_BASE_URL', 'https://api.openai.com/v1')}/chat/completions`,
    headers: { authorization: `Bearer ${key}` },
    body: {
      model: PROBE_MODELS.openai,
      messages: [{ role: 'user', content: 'Hi' }],
      max_completion_tokens: 1,
    },
  }),
  anthropic: (key, environment) => ({
    url: `${base(environment, 'ANTHROPIC_BASE_URL', 'https://api.anthropic.com')}/v1/messages`,
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    body: {
      model: PROBE_MODELS.anthropic,
      messages: [{ role: 'user', content: 'Hi' }],
      max_tokens: 1,
    },
  }),
  gemini: (key, environment) => ({
    url: `${base(environment, 'GEMINI_BASE_URL', 'https://generativelanguage.googleapis.com')}/v1beta/models/${PROBE_MODELS.gemini}:generateContent`,
    headers: { 'x-goog-api-key': key },
    body: { contents: [{ parts: [{ text: 'Hi' }] }], generationConfig: { maxOutputTokens: 1 } },
  }),
  groq: (key, environment) => ({
    url: `${base(environment, 'GROQ_BASE_URL', 'https://api.groq.com')}/openai/v1/chat/completions`,
    headers: { authorization: `Bearer ${key}` },
    body: {
      model: PROBE_MODELS.groq,
      messages: [{ role: 'user', content: 'Hi' }],
      max_completion_tokens: 1,
    },
  }),
}

export const PROBE_MODELS = {
  openai: 'gpt-5.4-nano',
  anthropic: 'claude-haiku-4-5',
  gemini: 'gemini-3.1-flash-lite',
  groq: 'llama-3.1-8b-instant',
}

/**
 * @typedef {{ ok: boolean, says: string }} KeyVerdict
 *
 * Asks the provider itself.
 * @param {import('../services/provider-keys.mjs').ProviderKey} providerKey
 * @param {Record<string, string | undefined>} environment
 * @returns {Promise<KeyVerdict>}
 */
export async function tryProviderKey({ provider, key }, environment) {
  const probe = PROBES[provider]?.(key, environment)
  if (probe === undefined) return { ok: true, says: 'not one of the four providers; not tried' }
  try {
    const response = await fetch(probe.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...probe.headers },
      body: JSON.stringify(probe.body),
      signal: AbortSignal.timeout(15_000),
      redirect: 'error',
    })
    return judge(response.status, await response.text())
  } catch (error) {
    const cause = /** @type {Error & { cause?: Error }} */ (error)
    return { ok: false, says: `not reachable: ${cause.cause?.message ?? cause.message}` }
  }
}

/**
 * The provider's own words are looked into, never shown: they name accounts and pieces of keys.
 * @param {number} status
 * @param {string} text
 * @returns {KeyVerdict}
 */
function judge(status, text) {
  if (status >= 200 && status < 300) return { ok: true, says: 'answers' }
  if (status === 401 || status === 403 || /API_KEY_INVALID|API key not valid/i.test(text)) {
    return { ok: false, says: `refuses the key (${status}); check that the whole key was copied` }
  }
  if (/insufficient_quota|credit balance|billing/i.test(text)) {
    return { ok: false, says: 'knows the key, but its account has no quota or credit left' }
  }
  if (status === 429) return { ok: true, says: 'knows the key, which is at its rate limit now' }
  // Gemini and OpenAI count a token for thinking, which one token has no room for.
  if (status === 400 && /max_tokens|max_completion_tokens|output limit/i.test(text)) {
    return { ok: true, says: 'answers' }
  }
  return { ok: false, says: `answered with status ${status}` }
}

/**
 * @param {Record<string, string | undefined>} environment
 * @param {string} variable
 * @param {string} usual
 */
function base(environment, variable, usual) {
  return (environment[variable] ?? usual).replace(/\/+$/, '')
}
