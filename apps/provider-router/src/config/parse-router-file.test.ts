import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RouterFileError, parseRouterFile } from './parse-router-file.ts'

const good = `
providers:
  openai:
    kind: openai
    name: OpenAI
    baseUrl: \${OPENAI_BASE_URL:-https://api.openai.com/v1/}
    keys: ["\${OPENAI_API_KEY}", literal-key]
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1 }
  - { id: openai/own, provider: openai, model: own-1, price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } }
  - { id: openai/*, provider: openai, model: "*" }
models:
  auto: { name: Auto, deployments: [openai/own, openai/gpt-4.1] }
`

function problemsOf(text: string, environment = {}): readonly string[] {
  try {
    parseRouterFile(text, environment, 'router.yaml')
  } catch (error) {
    if (error instanceof RouterFileError) return error.problems
    throw error
  }
  return []
}

test('the shipped file needs nothing from the environment, and takes keys and base URLs from it', () => {
  const shipped = readFileSync(new URL('../../router.yaml', import.meta.url), 'utf8')
  const bare = parseRouterFile(shipped, {}, 'router.yaml')
  expect(Object.values(bare.providers).flatMap(({ keys }) => keys.filter(Boolean))).toEqual([])
  const set = parseRouterFile(
    shipped,
    { GROQ_API_KEY: 'gsk-1', OPENAI_BASE_URL: 'http://localhost:1/v1/' },
    'router.yaml',
  )
  expect(set.providers['groq']?.keys).toEqual(['gsk-1'])
  expect(set.providers['openai']?.baseUrl).toBe('http://localhost:1/v1')
})

test('an empty variable counts as absent', () => {
  const file = parseRouterFile(good, { OPENAI_BASE_URL: '', OPENAI_API_KEY: '' }, 'router.yaml')
  expect(file.providers['openai']).toMatchObject({
    baseUrl: 'https://api.openai.com/v1',
    keys: ['', 'literal-key'],
  })
})

test('what the environment holds stays a text, whatever YAML would make of it', () => {
  const file = parseRouterFile(good, { OPENAI_API_KEY: '"]\nproviders: {}' }, 'router.yaml')
  expect(file.providers['openai']?.keys[0]).toBe('"]\nproviders: {}')
})

test.each([
  [
    'a missing variable',
    good.replace(':-https://api.openai.com/v1/', ''),
    'line 6, providers.openai.baseUrl: OPENAI_BASE_URL is not set',
  ],
  ['an unknown key', good.replace('name: OpenAI', 'nmae: OpenAI'), 'line 4, providers.openai'],
  [
    'an unknown provider',
    good.replace('provider: openai, model: own-1', 'provider: opnai, model: own-1'),
    'line 10, deployments.1.provider: there is no provider opnai',
  ],
  [
    'a model without a price',
    good.replace(/, price: .*? }/, ''),
    'line 10, deployments.1.model: own-1 is not in the catalogue',
  ],
  [
    'a deployment named twice',
    good.replace('id: openai/own,', 'id: openai/gpt-4.1,'),
    'line 10, deployments.1.id: openai/gpt-4.1 is there twice',
  ],
  [
    'a virtual model of nothing',
    good.replace('[openai/own', '[openai/none'),
    'line 13, models.auto.deployments.0: there is no deployment openai/none',
  ],
  [
    'a virtual model of a wildcard',
    good.replace('[openai/own', '["openai/*"'),
    'line 13, models.auto.deployments.0: openai/* names no single model',
  ],
  [
    'a virtual model named like a deployment',
    good.replace('auto:', 'openai/own:'),
    'openai/own is a deployment’s id too',
  ],
  [
    'a star without its place',
    good.replace('model: "*"', 'model: gpt-4.1'),
    'line 11, deployments.2.model: is * where the id ends with /*',
  ],
  [
    'a base URL of another kind',
    good.replace(/baseUrl: .*/, 'baseUrl: file:///etc/passwd'),
    'line 6, providers.openai.baseUrl: must be a URL',
  ],
  [
    'an api of another kind',
    good.replace('kind: openai', 'kind: groq\n    api: responses'),
    'is for the kind openai only',
  ],
  [
    'a negative price',
    good.replace('inputUsdPerMillion: 0', 'inputUsdPerMillion: -1'),
    'line 10, deployments.1.price.inputUsdPerMillion',
  ],
  ['broken YAML', good.replace('models:', 'models: ]'), 'line 12: '],
  ['an empty file', '', 'line 1, the file: '],
])('%s is named with its line', (_name, text, problem) => {
  expect(problemsOf(text).join('\n')).toContain(problem)
})

test('all mistakes are named at once, and none shows a key', () => {
  const bad = good
    .replace('name: OpenAI', 'name: ""')
    .replace('[openai/own', '[openai/none')
    .replace('literal-key]', 'CANARY, 7]')
    .replace('kind: openai', 'kind: opnai')
  const problems = problemsOf(bad, { OPENAI_API_KEY: 'CANARY' })
  expect(problems).toHaveLength(3)
  expect(problems.join()).not.toContain('CANARY')
})
