import { parseRouterFile } from '../config/parse-router-file.ts'
import { buildRoutingTable } from './routing-table.ts'
import type { RoutingTable } from './routing-table.ts'

/** For tests: a table of three providers, of which those named have a key. */
export function tableOf(options: {
  keys: readonly ('openai' | 'anthropic' | 'groq')[]
  settingsKeys?: Readonly<Record<string, string>>
  simulatorUrl?: string
}): RoutingTable {
  const environment = Object.fromEntries(
    options.keys.map((id) => [`${id.toUpperCase()}_KEY`, `key-of-${id}`]),
  )
  return buildRoutingTable({
    file: parseRouterFile(YAML, environment, 'test'),
    settingsKeys: new Map(Object.entries(options.settingsKeys ?? {})),
    simulatorUrl: options.simulatorUrl,
  })
}

const YAML = `
timeouts: { idleMs: 7000 }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: 'https://openai.test/v1', keys: ['\${OPENAI_KEY}'] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: 'https://anthropic.test', keys: ['\${ANTHROPIC_KEY}'] }
  groq: { kind: groq, name: Groq, baseUrl: 'https://groq.test', keys: ['\${GROQ_KEY}'], timeouts: { firstTokenMs: 9000 } }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1, api: responses, timeouts: { totalMs: 5000 } }
  - { id: openai/gpt-oss-20b, provider: openai, model: openai/gpt-oss-20b, price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 }, contextTokens: 1000, capabilities: { images: true } }
  - { id: anthropic/claude-haiku-4-5, provider: anthropic, model: claude-haiku-4-5 }
  - { id: groq/gpt-oss-20b, provider: groq, model: openai/gpt-oss-20b }
  - { id: openai/text-embedding-3-small, provider: openai, model: text-embedding-3-small }
  - { id: openai/*, provider: openai, model: '*' }
  - { id: anthropic/*, provider: anthropic, model: '*' }
models:
  auto: { name: Auto, deployments: [groq/gpt-oss-20b, anthropic/claude-haiku-4-5, openai/gpt-4.1] }
  quick: { name: Quick, deployments: [groq/gpt-oss-20b] }
`
