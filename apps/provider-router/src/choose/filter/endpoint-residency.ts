/**
 * Providers' public endpoints, and what each promises: hosts under a domain that is named here promise nothing unless
 * they are named themselves. As documented in autumn 2026:
 *
 * OpenAI keeps and processes what is sent to a region's own host in that region, for projects made for it; these are
 * the hosts that it documents as processing there. Anthropic's `inference_geo` (us or global) goes with each request,
 * which this router does not send, and leaves storage to the workspace. Google's Gemini API and the global host of
 * Vertex AI serve from anywhere. Of Groq nothing is known.
 */
const PUBLIC_DOMAINS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'openai.com': {
    'us.api.openai.com': 'us',
    'eu.api.openai.com': 'eu',
    'au.api.openai.com': 'au',
    'in.api.openai.com': 'in',
    'jp.api.openai.com': 'jp',
  },
  'anthropic.com': {},
  'generativelanguage.googleapis.com': {},
  'aiplatform.googleapis.com': {},
  'groq.com': {},
}

/**
 * Whether `residency` in the configuration may name this region for this endpoint. Of hosts not known here (one's own,
 * a cloud's regional ones) it is the operator who knows, and so may.
 * @param baseUrl a valid URL
 */
export function endpointPromisesResidency(baseUrl: string, region: string): boolean {
  const host = new URL(baseUrl).hostname.replace(/\.$/, '')
  const domain = Object.keys(PUBLIC_DOMAINS).find(
    (known) => host === known || host.endsWith(`.${known}`),
  )
  return domain === undefined || PUBLIC_DOMAINS[domain]?.[host] === region
}
