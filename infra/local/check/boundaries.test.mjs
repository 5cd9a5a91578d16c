import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { beforeAll, expect, test } from 'vitest'
import { inRepository } from '../paths.mjs'
import { runProgram } from '../process/run-program.mjs'

/**
 * What dependency-cruiser says of a repository made of these files.
 * @param {Record<string, string>} files content by path
 */
async function cruise(files) {
  const root = mkdtempSync(join(tmpdir(), 'boundaries-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const { output } = await runProgram(
    inRepository('node_modules', '.bin', 'depcruise'),
    ['--config', inRepository('.dependency-cruiser.mjs'), 'apps', 'packages'],
    { cwd: root, env: { ...process.env, NO_COLOR: '1' } },
  )
  return output
}

const empty = 'export const nothing = 0\n'
const importOf = (/** @type {string} */ path) => `export * from '${path}'\n`

/** @type {[rule: string, from: string, to: string][]} */
const crossings = [
  ['apps-do-not-import-apps', 'apps/web/src/1.ts', 'apps/chat-api/src/it.ts'],
  ['packages-do-not-import-apps', 'packages/db/src/1.ts', 'apps/worker/src/it.ts'],
  ['contracts-are-leaves', 'packages/chat-contract/src/1.ts', 'packages/service-kit/src/it.ts'],
  [
    'contracts-do-not-import-each-other',
    'packages/chat-contract/src/2.ts',
    'packages/router-contract/src/it.ts',
  ],
  ['router-knows-no-database-or-queue', 'apps/provider-router/src/1.ts', 'packages/db/src/it.ts'],
  ['router-knows-no-database-or-queue', 'apps/provider-router/src/2.ts', 'packages/jobs/src/it.ts'],
  ['web-knows-only-the-contract', 'apps/web/app/2.tsx', 'packages/turn-engine/src/it.ts'],
  ['web-knows-only-the-contract', 'apps/web/app/3.tsx', 'node_modules/ioredis/it.js'],
  ['only-the-router-calls-providers', 'apps/worker/src/1.ts', 'node_modules/openai/it.js'],
  ['foundations-know-no-feature', 'packages/service-kit/src/1.ts', 'packages/db/src/it.ts'],
  ['only-tests-import-test-code', 'apps/chat-api/src/1.ts', 'packages/testkit/src/it.ts'],
  ['no-circles', 'packages/jobs/src/1.ts', 'packages/jobs/src/2.ts'],
  ['everything-resolves', 'packages/jobs/src/3.ts', 'packages/jobs/src/gone.ts'],
]

/** @type {Record<string, string>} */
const allowed = {
  'apps/chat-api/src/allowed.ts': importOf('../../../packages/db/src/it.ts'),
  'apps/chat-api/src/allowed.test.ts': importOf('../../../packages/testkit/src/it.ts'),
  'packages/db/src/allowed-a.ts':
    "import type { B } from './allowed-b.ts'\nexport type A = B | 1\n",
  'packages/db/src/allowed-b.ts':
    "import type { A } from './allowed-a.ts'\nexport type B = A | 2\n",
}

let said = ''
beforeAll(async () => {
  const crossing = crossings.flatMap(([, from, to]) => {
    const up = '../'.repeat(from.split('/').length - 1)
    const target = to.endsWith('/gone.ts') ? [] : [[to, empty]]
    return [...target, [from, importOf(up + to)]]
  })
  said = await cruise({
    ...Object.fromEntries(crossing),
    'packages/jobs/src/2.ts': importOf('./1.ts'),
    ...allowed,
  })
}, 60_000)

test.each(crossings)('%s: %s may not import %s', (rule, from) => {
  expect(said).toContain(`error ${rule}: ${from} → `)
})

test('what is allowed is not complained of: a contract, test code in tests, types that name each other', () => {
  for (const path of Object.keys(allowed)) expect(said).not.toContain(path)
})
