/** The router's configuration for recordings of each API: a model is the name of one. `REPLAY`: where they are played. */
export const EVERY_RECORDING = `
# What one call says is what is looked at.
maxAttempts: 1
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${REPLAY}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${REPLAY}', keys: [key-of-anthropic] }
  gemini: { kind: gemini, name: Gemini, baseUrl: '\${REPLAY}', keys: [key-of-gemini] }
  groq: { kind: groq, name: Groq, baseUrl: '\${REPLAY}', keys: [key-of-groq] }
deployments:
  - { id: openai-chat/*, provider: openai, model: '*' }
  - { id: openai-responses/*, provider: openai, model: '*', api: responses }
  - { id: anthropic/*, provider: anthropic, model: '*', price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } }
  - { id: gemini/*, provider: gemini, model: '*' }
  - { id: groq/*, provider: groq, model: '*' }
`
