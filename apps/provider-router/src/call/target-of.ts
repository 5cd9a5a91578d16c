import type { ProviderTarget } from '../adapters/provider-adapter.ts'
import type { Candidate } from '../choose/choose-candidates.ts'

/** For models whose longest answer nobody stated; what Anthropic's models of all ages allow. */
const OUTPUT_TOKENS = 4_096

export function targetOf({ deployment, credential }: Candidate): ProviderTarget {
  return {
    api: deployment.api,
    baseUrl: deployment.provider.baseUrl,
    apiKey: credential.key,
    model: deployment.model,
    outputTokenLimit: deployment.outputTokens ?? OUTPUT_TOKENS,
  }
}
