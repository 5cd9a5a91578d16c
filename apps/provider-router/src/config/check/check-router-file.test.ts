import { expect, test } from 'vitest'
import { checkRouterFile } from './check-router-file.ts'

const YAML = `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: "\${OPENAI_BASE_URL}", keys: ["\${OPENAI_API_KEY}", "\${file:/run/secrets/second}"], region: eu, limits: { requestsPerMinute: 60, concurrency: 4 } }
  groq: { kind: groq, name: Groq, baseUrl: "https://groq.test", keys: ["\${GROQ_API_KEY}"] }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1, limits: { tokensPerMinute: 1000 } }
  - { id: "openai/\${MODEL}", provider: openai, model: "\${MODEL}", tier: large, contextTokens: 8000, price: { inputUsdPerMillion: 0.5, outputUsdPerMillion: 0 } }
  - { id: groq/llama-3.1-8b, provider: groq, model: llama-3.1-8b-instant }
  - { id: openai/*, provider: openai, model: "*" }
models:
  auto: { name: Auto, strategy: cheapest, deployments: ["openai/\${MODEL}"], fallbacks: { any: [groq/llama-3.1-8b] } }
`
const environment = {
  OPENAI_API_KEY: 'CANARY-key',
  OPENAI_BASE_URL: 'http://CANARY.test',
  GROQ_API_KEY: 'CANARY-groq',
  MODEL: 'CANARY-model',
}
const files = new Map([['/run/secrets/second', { text: 'CANARY-second' }]])

function check(text: string, given: Readonly<Record<string, string>> = environment) {
  const report = checkRouterFile(
    { text, files },
    { fileName: 'router.yaml', environment: given, settingsKeys: new Map() },
  )
  expect(report.text).not.toContain('CANARY')
  return {
    ...report,
    warnings: report.text.split('\n').filter((line) => line.includes('warning: ')),
  }
}

test('a usable file is summed up, without a key or anything else of the environment', () => {
  expect(check(YAML)).toEqual({
    usable: true,
    warnings: [],
    text: `Providers
  openai  openai  2 keys  eu  60 requests/min, 4 at once
  groq    groq    1 key

Deployments, in US dollars a million tokens
  openai/gpt-4.1     2 in, 8 out        medium  1000 tokens/min  by its name only
  openai/\${MODEL}    0.5 in, 0 out      large                    in auto
  groq/llama-3.1-8b  0.05 in, 0.08 out  small                    in auto
  openai/*           any model                                   by its name only

Virtual models
  auto  cheapest  openai/\${MODEL}; any: groq/llama-3.1-8b

router.yaml is usable.
`,
  })
})

test('each mistake is a line that an editor can jump to', () => {
  expect(check(YAML.replace('strategy: cheapest', 'stratgy: cheapest'))).toMatchObject({
    usable: false,
    text: `router.yaml:11:23: models.auto.stratgy: is not known here; did you mean strategy?
router.yaml is not usable: 1 mistake.
`,
  })
  expect(check(YAML.replace('model: gpt-4.1', 'model: gpt-9')).text).toContain(
    'router.yaml:6:52: deployments.0.model: gpt-9 is not in the catalogue',
  )
})

test('providers without a key are warned of, and virtual models that nobody can answer', () => {
  const { OPENAI_BASE_URL, MODEL } = environment
  expect(check(YAML, { ...environment, GROQ_API_KEY: '' }).warnings).toEqual([
    'router.yaml:4:71: warning: providers.groq.keys: no key is set, so it is left out',
  ])
  const keyless = YAML.replace(', "${file:/run/secrets/second}"', '')
  expect(check(keyless, { OPENAI_BASE_URL, MODEL }).warnings.at(-1)).toBe(
    'router.yaml:11:3: warning: models.auto: none of its providers has a key',
  )
})

test('a key that was set on the settings page counts', () => {
  const report = checkRouterFile(
    { text: YAML, files },
    {
      fileName: 'router.yaml',
      environment: { ...environment, GROQ_API_KEY: '' },
      settingsKeys: new Map([['groq', 'CANARY']]),
    },
  )
  expect(report.text).not.toContain('warning')
})

test('a secret in the file is warned of; what stands in for the key of a local server is not', () => {
  const withKey = (key: string) => YAML.replace('"${GROQ_API_KEY}"', key)
  expect(check(withKey('gsk_0123')).warnings).toEqual([
    'router.yaml:4:72: warning: providers.groq.keys.0: looks like a secret: write ${NAME} or ${file:/path} instead',
  ])
  expect(check(withKey('{ key: 0123456789abcdef0123456789abcdef }')).warnings).toEqual([
    'router.yaml:4:79: warning: providers.groq.keys.0.key: looks like a secret: write ${NAME} or ${file:/path} instead',
  ])
  expect(check(withKey('ollama')).warnings).toEqual([])
})

test('a fallback for what is too long that holds less is warned of', () => {
  const fallbacks = (ids: string) =>
    YAML.replace('{ any: [groq/llama-3.1-8b] }', `{ contextTooLong: [${ids}] }`)
  expect(check(fallbacks('groq/llama-3.1-8b')).warnings).toEqual([])
  const small = fallbacks('"openai/${MODEL}"').replace(
    'deployments: ["openai/${MODEL}"]',
    'deployments: [openai/gpt-4.1]',
  )
  expect(check(small).warnings).toEqual([
    expect.stringMatching(
      /models\.auto\.fallbacks\.contextTooLong\.0: holds 8,000 tokens, which is fewer than the [\d,]+ of/,
    ),
  ])
})

test('a residency that no provider of a model promises is warned of', () => {
  const wanting = YAML.replace('strategy: cheapest', 'residency: [eu]')
  expect(check(wanting).warnings).toEqual([
    expect.stringMatching(/^router\.yaml:11:34: warning: models\.auto\.residency: no provider/),
  ])
  const promised = wanting.replace('region: eu', 'region: eu, residency: [eu, ch]')
  expect(check(promised).warnings).toEqual([])
})
