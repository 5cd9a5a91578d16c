import { createParser } from 'eventsource-parser'
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// How long `npm start` takes on a fresh clone with no package in any cache, and then again: from the command to the
// first token of a guest's first chat. Redis counts as part of the machine where it is installed.

const WARM_STARTS = 5
const COLD_LIMIT_S = 120
const WARM_LIMIT_S = 10

const root = fileURLToPath(new URL('../../', import.meta.url))

interface Start {
  readonly untilUrlS: number
  readonly untilFirstTokenS: number
  readonly untilStoppedS: number
}

const folder = mkdtempSync(join(tmpdir(), 'bench start '))
// As a home directory usually is; the clone's data then stays in the clone, and goes with it.
chmodSync(folder, 0o755)
try {
  const clone = join(folder, 'clone')
  execFileSync('git', ['clone', '--quiet', root, clone])
  const cold = await startOnce(clone)
  const warm: Start[] = []
  for (let round = 0; round < WARM_STARTS; round++) warm.push(await startOnce(clone))
  report(cold, warm)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function startOnce(clone: string): Promise<Start> {
  const startedAt = performance.now()
  const seconds = (from = startedAt): number => (performance.now() - from) / 1000
  const npm = spawn('npm', ['start'], {
    cwd: clone,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environmentWithoutOurs(), ...emptyCaches() },
  })
  try {
    const url = await printedUrl(npm)
    const untilUrlS = seconds()
    await firstToken(url)
    const untilFirstTokenS = seconds()
    const stoppedAt = performance.now()
    stop(npm)
    if (npm.exitCode === null && npm.signalCode === null) await once(npm, 'exit')
    return { untilUrlS, untilFirstTokenS, untilStoppedS: seconds(stoppedAt) }
  } finally {
    stop(npm)
  }
}

/** What pnpm and this repository put into scripts would reach the clone's own. */
function environmentWithoutOurs(): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .filter((part) => !part.includes('node_modules') && !part.startsWith(root))
    .join(':')
  const others = Object.entries(process.env).filter(
    ([key]) => !/^(npm_|pnpm_|BRAINLYX_|TEST_|DATABASE_|REDIS_)|_API_KEY$/.test(key),
  )
  return { ...Object.fromEntries(others), PATH: path }
}

function emptyCaches(): NodeJS.ProcessEnv {
  return {
    NPM_CONFIG_CACHE: join(folder, 'npm'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_STATE_HOME: join(folder, 'state'),
  }
}

/** As Ctrl-C does: to the whole group. */
function stop(npm: ChildProcess): void {
  if (npm.pid === undefined || npm.exitCode !== null || npm.signalCode !== null) return
  process.kill(-npm.pid, 'SIGINT')
}

function printedUrl(npm: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    npm.stdout?.on('data', (bytes: Buffer) => {
      process.stdout.write(bytes)
      said += bytes.toString()
      const url = said.match(/runs at (http\S+)/)?.[1]
      if (url !== undefined) resolve(url)
    })
    npm.once('exit', () => reject(new Error('npm start has ended without a URL')))
  })
}

/** A guest's first message, as a browser sends it, up to the first piece of its answer. */
async function firstToken(url: string): Promise<void> {
  const headers = { 'content-type': 'application/json', origin: url }
  const signIn = await fetch(`${url}/api/v1/sign-in/guest`, { method: 'POST', headers, body: '{}' })
  const cookie = signIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const response = await fetch(`${url}/api/v1/turns`, {
    method: 'POST',
    headers: { ...headers, cookie, accept: 'text/event-stream' },
    body: JSON.stringify({ text: `Tell me about ${randomUUID()}` }),
  })
  let found = false
  const parser = createParser({
    onEvent: ({ event }) => {
      found ||= event === 'text-delta'
    },
  })
  const decoder = new TextDecoder()
  for await (const bytes of response.body ?? []) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    if (found) return
  }
  throw new Error(`no token came: status ${response.status}`)
}

function report(cold: Start, warm: readonly Start[]): void {
  const row = (name: string, value: number, limit?: number) => ({
    name,
    value: Math.round(value * 100) / 100,
    unit: 's',
    goal: limit === undefined ? null : `<= ${limit}`,
    met: limit === undefined ? null : value <= limit,
  })
  const median = (read: (start: Start) => number): number =>
    warm.map(read).toSorted((a, b) => a - b)[Math.floor(warm.length / 2)] ?? Number.NaN
  const rows = [
    row('cold start to the first streamed token', cold.untilFirstTokenS, COLD_LIMIT_S),
    row('cold start to the URL', cold.untilUrlS),
    row(
      `warm start to the first streamed token, median of ${warm.length}`,
      median((start) => start.untilFirstTokenS),
      WARM_LIMIT_S,
    ),
    row(
      `warm start to the URL, median of ${warm.length}`,
      median((start) => start.untilUrlS),
    ),
    row(
      `stopping, median of ${warm.length}`,
      median((start) => start.untilStoppedS),
    ),
  ]
  console.table(rows)
  const result = {
    bench: 'start',
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
    rows,
  }
  const file = new URL('results/start.json', import.meta.url)
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
}
