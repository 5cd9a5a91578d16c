import type { ProviderTarget } from '../adapters/provider-adapter.ts'
import type { Credential } from '../credential/credential.ts'
import type { QuotaScope, Quotas } from '../quota/quotas.ts'
import type { Deployment } from '../select/deployment.ts'

/** Where and as whom a request may be answered. */
export interface Candidate {
  readonly deployment: Deployment
  readonly credential: Credential
  readonly target: ProviderTarget
  /** The account's limits over all models, and its limits for this model. */
  readonly scopes: readonly [account: QuotaScope, model: QuotaScope]
}

/** For models whose longest answer nobody stated; what Anthropic's models of all ages allow. */
const OUTPUT_TOKENS = 4_096

const made = new WeakMap<Deployment, readonly Candidate[]>()

/** A deployment with each of its provider's keys. Made once, since every request asks. */
export function candidatesOf(deployment: Deployment): readonly Candidate[] {
  let candidates = made.get(deployment)
  if (candidates === undefined) {
    candidates = deployment.provider.credentials.map((each) => candidate(deployment, each))
    made.set(deployment, candidates)
  }
  return candidates
}

/** What is left of a deployment's quotas with the key that has the most left, 0 to 1; 0 where it has no key. */
export function headroomOf(deployment: Deployment, quotas: Pick<Quotas, 'headroom'>): number {
  let most = 0
  for (const { scopes } of candidatesOf(deployment)) most = Math.max(most, quotas.headroom(scopes))
  return most
}

function candidate(deployment: Deployment, credential: Credential): Candidate {
  const { provider, model, limits } = deployment
  const account = `${provider.id}/${credential.account}`
  return {
    deployment,
    credential,
    target: {
      api: deployment.api,
      baseUrl: provider.baseUrl,
      apiKey: credential.key,
      connectMs: deployment.timeLimits.connectMs,
      model,
      outputTokenLimit: deployment.outputTokens ?? OUTPUT_TOKENS,
    },
    scopes: [
      { id: account, limits: credential.limits ?? provider.input.limits },
      { id: `${account}/${model}`, limits },
    ],
  }
}
