import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { routerFileSchema } from './router-file-schema.ts'

const inPackage = (name: string): string =>
  readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const committed = JSON.parse(inPackage('router.schema.json')) as Record<string, unknown>
const schema = z.fromJSONSchema(committed)
const isValid = (yaml: string): boolean => schema.safeParse(parse(yaml)).success

test('the committed schema is that of the code: `pnpm schema:write` writes it', () => {
  expect(committed).toEqual(routerFileSchema())
})

test('the shipped file names its schema, and is valid by it with its references as they are', () => {
  const shipped = inPackage('router.yaml')
  expect(shipped).toMatch(/^# yaml-language-server: \$schema=\.\/router\.schema\.json\n/)
  expect(isValid(shipped)).toBe(true)
})

const full = `
providers:
  own:
    kind: \${KIND:-openai}
    name: \${NAME}
    baseUrl: \${BASE_URL}
    api: \${API}
    keys: ["\${file:/run/secrets/own}", { key: "\${KEY}", project: "\${PROJECT}" }]
    region: \${REGION}
    residency: [eu, "\${REGION}"]
deployments:
  - { id: "own/\${MODEL}", provider: own, model: "\${MODEL}", tier: "\${TIER}", limits: { requestsPerMinute: 60 } }
models:
  auto: { name: Auto, strategy: "\${STRATEGY}", deployments: ["own/\${MODEL}"] }
`

test('a reference is valid wherever a text is', () => {
  expect(isValid(full)).toBe(true)
})

test.each([
  ['an unknown key', full.replace('name: ${NAME}', 'nmae: x')],
  ['a missing key', full.replace('    baseUrl: ${BASE_URL}\n', '')],
  ['an unknown kind', full.replace('${KIND:-openai}', 'opnai')],
  ['a base URL of another scheme', full.replace('${BASE_URL}', 'ftp://example.test')],
  ['a region that is none', full.replace('[eu,', '[E U,')],
  ['a number that is too small', full.replace('60', '0')],
  ['a text for a number', full.replace('60', '"${LIMIT}"')],
  ['a reference in the name of a provider', full.replace('  own:', '  "${OWN}":')],
])('%s is not', (_name, yaml) => {
  expect(yaml).not.toBe(full)
  expect(isValid(yaml)).toBe(false)
})

test('every setting of the first two levels is described', () => {
  const { properties = {} } = committed as Described
  const levels = [
    properties,
    properties['providers']?.additionalProperties?.properties,
    properties['deployments']?.items?.properties,
    properties['models']?.additionalProperties?.properties,
  ]
  for (const level of levels) {
    expect(Object.keys(level ?? {}).length).toBeGreaterThan(4)
    for (const [name, { description }] of Object.entries(level ?? {})) {
      expect(description, name).toBeTruthy()
    }
  }
})

interface Described {
  description?: string
  properties?: Record<string, Described>
  additionalProperties?: Described
  items?: Described
}
