/** For tests: the simulator as each provider, by each API that is spoken. The deployments come last, so that more may follow. */
export const EVERY_PROVIDER = `
# Here deployments fail by design.
breaker: { consecutiveFailures: 1000, minimumCalls: 10000 }
retryBudget: { minimumPerSecond: 1000 }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${SIMULATOR}', keys: [key-of-gemini] }
  groq: { kind: groq, name: Groq, baseUrl: '\${SIMULATOR}', keys: [key-of-groq] }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1 }
  - { id: openai/responses, provider: openai, model: gpt-5.4-mini, api: responses }
  - { id: anthropic/claude, provider: anthropic, model: claude-haiku-4-5 }
  - { id: gemini/flash, provider: gemini, model: gemini-3.5-flash }
  - { id: groq/oss, provider: groq, model: openai/gpt-oss-120b }
`

export const EVERYWHERE = [
  'openai/gpt-4.1',
  'openai/responses',
  'anthropic/claude',
  'gemini/flash',
  'groq/oss',
]
