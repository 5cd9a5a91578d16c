import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RouterFileError, examineRouterFile, parseRouterFile } from './parse-router-file.ts'

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
  [
    'an unknown key',
    good.replace('name: OpenAI', 'nmae: OpenAI'),
    'line 5, providers.openai.nmae: is not known here; did you mean name?',
  ],
  [
    'an unknown key of a key',
    good.replace('literal-key', '{ key: k, projcet: p }'),
    'line 7, providers.openai.keys.1.projcet: is not known here; did you mean project?',
  ],
  ['a missing key', good.replace('name: OpenAI', ''), 'line 3, providers.openai.name: is missing'],
  ['a key twice', good.replace('kind:', 'name: A\n    kind:'), 'line 6, this key is already there'],
  [
    'a word that is no choice',
    good.replace('kind: openai', 'kind: opnai'),
    'line 4, providers.openai.kind: must be one of openai, anthropic, gemini, groq; did you mean openai?',
  ],
  ['a text for a number', `deadlineMs: soon\n${good}`, 'line 1, deadlineMs: must be a number'],
  [
    'something else for a key',
    good.replace('literal-key', '7'),
    'line 7, providers.openai.keys.1: must be a text or a mapping',
  ],
  [
    'a name that no provider may have',
    good.replace('  openai:', '  "open ai":'),
    'line 3, providers.open ai: may hold letters',
  ],
  [
    'an unknown provider',
    good.replace('provider: openai, model: own-1', 'provider: opnai, model: own-1'),
    'line 10, deployments.1.provider: there is no provider opnai; did you mean openai?',
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
    good.replace('[openai/own', '[openai/gpt4.1'),
    'line 13, models.auto.deployments.0: there is no deployment openai/gpt4.1; did you mean openai/gpt-4.1?',
  ],
  [
    'a fallback to nothing',
    good.replace('name: Auto,', 'name: Auto, fallbacks: { any: [openai/elsewhere] },'),
    'line 13, models.auto.fallbacks.any.0: there is no deployment openai/elsewhere',
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
    'a residency that the endpoint does not promise',
    good.replace('kind: openai', 'kind: openai\n    residency: [ch]'),
    'line 5, providers.openai.residency.0: its endpoint does not promise to keep anything in ch',
  ],
  [
    'a negative price',
    good.replace('inputUsdPerMillion: 0', 'inputUsdPerMillion: -1'),
    'line 10, deployments.1.price.inputUsdPerMillion',
  ],
  ['broken YAML', good.replace('models:', 'models: ]'), 'line 12, Unexpected '],
  ['an alias of nothing', good.replace('name: OpenAI', 'name: *name'), 'line 1, an alias leads'],
  [
    'a tag',
    good.replace('name: OpenAI', 'name: !secret OpenAI'),
    'line 5, Unresolved tag: !secret',
  ],
  ['an empty file', '', 'line 1, the file: must be a mapping'],
])('%s is named with its line', (_name, text, problem) => {
  expect(problemsOf(text).join('\n')).toContain(problem)
})

test('all mistakes are named at once, each with its line and column, in their order', () => {
  const bad = good
    .replace('name: OpenAI', 'name: ""')
    .replace('[openai/own', '[7, openai/own')
    .replace('kind: openai', 'kind: opnai')
    .concat('deadlineMs: -1\n')
  const examined = examineRouterFile(bad, { environment: {}, files: new Map() })
  if (examined.file !== undefined) throw new Error('it was taken')
  expect(
    examined.problems.map(({ line, column, message }) => [line, column, message.split(':')[0]]),
  ).toEqual([
    [4, 11, 'providers.openai.kind'],
    [5, 11, 'providers.openai.name'],
    [13, 37, 'models.auto.deployments.0'],
    [14, 13, 'deadlineMs'],
  ])
})

test('no mistake shows what a reference stands for, or a key', () => {
  const environment = { OPENAI_API_KEY: 'CANARY', CANARY: 'CANARY' }
  const reference = '"${CANARY}"'
  for (const bad of [
    good.replace('kind: openai', `kind: ${reference}`),
    good.replace(/baseUrl: .*/, `baseUrl: ${reference}`),
    good.replace('provider: openai, model: own-1', `provider: ${reference}, model: own-1`),
    good
      .replace('id: openai/own', `id: ${reference}`)
      .replace('id: openai/gpt-4.1', `id: ${reference}`),
    good.replace(/model: own-1, price: .*? }/, `model: ${reference}`),
    good.replace('[openai/own', `[${reference}`),
    good.replace('[openai/own', `["openai/*", ${reference}`),
    good.replace('literal-key]', 'CANARY, 7]'),
    good.replace('literal-key]', '{ kye: CANARY }]'),
    good.replace('literal-key]', 'literal-key] CANARY'),
    good.replace('literal-key]', '"CANARY]'),
    good.replace('keys:', 'keys: CANARY: '),
    good.replace('models:', 'models: ]\nCANARY'),
  ]) {
    const problems = problemsOf(bad, environment)
    expect(problems).not.toEqual([])
    expect(problems.join('\n').replaceAll('${CANARY}', '')).not.toContain('CANARY')
  }
})

test('a nest of aliases that would fill the memory is a mistake', () => {
  const nest = Array.from({ length: 12 }, (_, level) =>
    level === 0 ? 'a0: &a0 [x, x]' : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`,
  )
  expect(problemsOf(nest.join('\n'))).toEqual(['line 1, an alias leads nowhere, or too far'])
})
