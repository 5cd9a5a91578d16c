import { execFileSync } from 'node:child_process'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

// How much JavaScript the chat page loads before it is usable, compressed as a server would send it.

const GOAL_KB = 130
const ROOT = join(import.meta.dirname, '..')
const CLIENT = join(ROOT, 'build', 'client')
const RESULTS = join(ROOT, '..', '..', 'infra', 'load', 'results', 'web.json')
const CHAT_ROUTES = [
  'root',
  'shell/shell.route',
  'conversation/conversation.route',
  'conversation/chat.route',
]

interface LoadedModule {
  module: string
  imports?: string[]
}

/** React Router's own manifest: what the browser loads for each route. */
export interface RouteManifest {
  url: string
  entry: LoadedModule
  routes: Readonly<Record<string, LoadedModule>>
}

/** @param script `window.__reactRouterManifest={…};` */
export function parseManifest(script: string): RouteManifest {
  return JSON.parse(script.slice(script.indexOf('{'), script.lastIndexOf('}') + 1))
}

/** Every file loaded for a page of `routes` before it is usable, once each. */
export function initialFiles(manifest: RouteManifest, routes: readonly string[]): string[] {
  const modules = [manifest.entry]
  for (const id of routes) {
    const route = manifest.routes[id]
    if (route === undefined) throw new Error(`the build has no route ${id}`)
    modules.push(route)
  }
  const files = modules.flatMap(({ module, imports = [] }) => [module, ...imports])
  return [...new Set([manifest.url, ...files])].filter((file) => file.endsWith('.js')).toSorted()
}

export function brotliBytes(content: Uint8Array): number {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
}

async function measure(): Promise<void> {
  const assets = await readdir(join(CLIENT, 'assets'))
  const manifestFile = assets.find((name) => /^manifest-\w+\.js$/.test(name))
  if (manifestFile === undefined) throw new Error('build first: pnpm --filter @brainlyx/web build')
  const script = await readFile(join(CLIENT, 'assets', manifestFile), 'utf8')
  const files = initialFiles(parseManifest(script), CHAT_ROUTES)
  let total = 0
  for (const file of files) {
    const bytes = brotliBytes(await readFile(join(CLIENT, file)))
    total += bytes
    process.stdout.write(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${file}\n`)
  }
  const value = Math.round(total / 100) / 10
  process.stdout.write(`${value.toFixed(1).padStart(8)} kB  in all, Brotli (goal <= ${GOAL_KB})\n`)
  const result = {
    bench: 'web',
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version },
    rows: [
      {
        name: 'JavaScript of the chat page, Brotli',
        value,
        unit: 'kB',
        goal: `<= ${GOAL_KB}`,
        met: value <= GOAL_KB,
      },
      {
        name: 'files of it',
        value: files.length,
        unit: 'files',
        goal: null,
        met: null,
      },
    ],
  }
  await mkdir(dirname(RESULTS), { recursive: true })
  await writeFile(RESULTS, `${JSON.stringify(result, null, 2)}\n`)
}

if (import.meta.main) await measure()
