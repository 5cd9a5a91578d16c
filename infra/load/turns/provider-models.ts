import { readFileSync } from 'node:fs'

const shipped = new URL('../../../apps/provider-router/router.yaml', import.meta.url)

/** One model of each provider, so that the events of all four come in equal parts. */
export const MODELS = [
  'openai/gpt-4.1',
  'anthropic/claude-haiku-4-5',
  'gemini/gemini-3.1-flash-lite',
  'groq/llama-3.3-70b',
] as const

/** Says nothing for longer than any benchmark takes. */
export const SILENT_MODEL = 'bench/silent'

/** The router.yaml that is shipped, and in it a model that says nothing. */
export function routerConfiguration(): string {
  const silent = {
    id: SILENT_MODEL,
    provider: 'openai',
    model: 'gpt-4.1+ttft-280000',
    timeouts: { firstTokenMs: 290_000 },
    price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 },
  }
  return readFileSync(shipped, 'utf8').replace(
    /^deployments:$/m,
    () => `deployments:\n  - ${JSON.stringify(silent)}`,
  )
}
