import { readFileSync } from 'node:fs'
import { PROVIDER_KEY } from './gateway.ts'

const shipped = new URL('../../../../apps/provider-router/router.yaml', import.meta.url)

/** Far above what is measured, so that quotas are kept and never reached. */
const LIMITS = { requestsPerMinute: 100_000_000, tokensPerMinute: 1e12, concurrency: 1_000_000 }
const FREE = { inputUsdPerMillion: 0, outputUsdPerMillion: 0 }

/**
 * The router.yaml that is shipped, and in it the simulator as one provider more. Of each model a virtual one of the
 * same name chooses between two deployments of it; one is never the answer to a question of which.
 * @param models by the names that callers use, the provider's names of them
 */
export function benchConfiguration(
  simulatorOrigin: string,
  models: Readonly<Record<string, string>>,
): string {
  const provider = {
    kind: 'openai',
    name: 'Bench',
    baseUrl: `${simulatorOrigin}/v1`,
    keys: [PROVIDER_KEY],
    limits: LIMITS,
  }
  const names = Object.entries(models)
  const deployments = names.flatMap(([name, model]) =>
    idsOf(name).map((id) => ({ id, provider: 'bench', model, price: FREE, limits: LIMITS })),
  )
  const virtualModels = names.map(
    ([name]) => [name, { name, strategy: 'lowest-latency', deployments: idsOf(name) }] as const,
  )
  // JSON is YAML as well.
  const inserted = {
    providers: [`  bench: ${JSON.stringify(provider)}`],
    deployments: deployments.map((each) => `  - ${JSON.stringify(each)}`),
    models: virtualModels.map(([name, model]) => `  ${name}: ${JSON.stringify(model)}`),
  }
  let text = readFileSync(shipped, 'utf8')
  for (const [key, lines] of Object.entries(inserted)) {
    text = text.replace(new RegExp(`^${key}:$`, 'm'), () => [`${key}:`, ...lines].join('\n'))
  }
  return text
}

function idsOf(name: string): string[] {
  return [`bench/${name}-a`, `bench/${name}-b`]
}
