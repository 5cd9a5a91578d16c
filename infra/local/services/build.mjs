import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../process/run-program.mjs'
import { explainText } from '../explain-error.mjs'
import { Failure } from '../failure.mjs'
import { inLocal, inRepository } from '../paths.mjs'

const stamp = inLocal('build-stamp')
const NOT_SOURCE = new Set([
  'node_modules',
  'dist',
  'build',
  '.turbo',
  '.react-router',
  'e2e',
  'test',
])

/**
 * Builds the apps, unless what they are built from is as it was at the last build.
 * @param {readonly string[]} entries that must exist
 * @returns {Promise<boolean>} whether anything was built
 */
export async function buildApps(entries) {
  const fingerprint = sourceFingerprint()
  const isBuilt = entries.every((entry) => existsSync(entry))
  if (isBuilt && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return false
  const { ok, output } = await runProgram('turbo', [
    'run',
    'build',
    '--filter=./apps/*',
    '--output-logs=errors-only',
  ])
  if (!ok) {
    throw explainText(output) ?? new Failure('The build failed.', { details: output.trim() })
  }
  writeFileSync(stamp, fingerprint)
  return true
}

/** A hash of all sources' contents. */
export function sourceFingerprint() {
  const hash = createHash('sha256')
  for (const name of ['pnpm-lock.yaml', 'tsconfig.base.json', 'turbo.json']) {
    hash.update(readFileSync(inRepository(name)))
  }
  for (const group of ['apps', 'packages']) addFolder(hash, inRepository(group), group)
  return hash.digest('hex')
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} folder
 * @param {string} name
 */
function addFolder(hash, folder, name) {
  const entries = readdirSync(folder, { withFileTypes: true })
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (NOT_SOURCE.has(entry.name) || /\.test\.\w+$/.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) addFolder(hash, path, `${name}/${entry.name}`)
    else if (entry.isFile()) hash.update(`\0${name}/${entry.name}\0`).update(readFileSync(path))
  }
}
