import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const program = fileURLToPath(new URL('check.ts', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'))
})
afterAll(() => rm(folder, { recursive: true }))

function check(args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('the shipped file is what is checked where none is named, and it is usable', () => {
  const { status, stdout, stderr } = check([], { OPENAI_API_KEY: 'CANARY' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^ {2}openai +openai +1 key$/m)
  expect(stdout).toContain('router.yaml is usable')
  expect(stdout).not.toContain('CANARY')
}, 20_000)

test('mistakes are named by the file as it was named, and make it fail', async () => {
  await writeFile(join(folder, 'bad.yaml'), 'providers: {}\ndeployments: []\n')
  const named = check(['bad.yaml'])
  expect(named).toMatchObject({ status: 1, stderr: '' })
  expect(named.stdout).toMatch(/^bad\.yaml:2:14: deployments: /)
  expect(check([], { ROUTER_CONFIG: 'bad.yaml' })).toEqual(named)
}, 20_000)

test('a secret in a file of its own is read, and counts', async () => {
  await writeFile(join(folder, 'secret'), 'CANARY\n')
  const yaml = (secret: string): string => `
providers: { local: { kind: openai, name: L, baseUrl: 'http://localhost:1/v1', keys: ['\${file:${join(folder, secret)}}'] } }
deployments: [{ id: local/m, provider: local, model: gpt-4.1 }]
`
  await writeFile(join(folder, 'good.yaml'), yaml('secret'))
  await writeFile(join(folder, 'none.yaml'), yaml('none'))
  const good = check(['good.yaml'])
  expect(good).toMatchObject({ status: 0, stderr: '' })
  expect(good.stdout).toContain('1 key')
  expect(good.stdout).not.toContain('CANARY')
  expect(check(['none.yaml'])).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('none is not there'),
  })
}, 20_000)

test('what cannot be checked is another failure, and help is none', () => {
  expect(check(['gone.yaml'])).toEqual({
    status: 2,
    stdout: '',
    stderr: 'gone.yaml is not there.\n',
  })
  expect(check(['--strict'])).toMatchObject({ status: 2, stdout: '' })
  expect(check(['a.yaml', 'b.yaml'])).toMatchObject({ status: 2, stdout: '' })
  expect(check(['--help'])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^check \[file\]/),
  })
}, 20_000)
