import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { commandLineOf } from './command-line-of.mjs'
import { endWithParent } from './end-with-parent.mjs'
import { identityOf, isAlive, parentOf } from './is-alive.mjs'
import { KeptProcess } from './kept-process.mjs'
import { countMembers, joinMembers } from './living-members.mjs'
import { livingHolder, takePidFile, withPidFile } from './pid-file.mjs'

const preload = new URL('die-with-supervisor.mjs', import.meta.url).href
const folder = () => mkdtempSync(join(tmpdir(), 'processes-'))

/** @type {number[]} */
const started = []
afterEach(() => {
  for (const pid of started.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // As it should be.
    }
  }
})

/**
 * A Node process that runs `code`.
 * @param {string} code
 * @param {{ flags?: string[], env?: NodeJS.ProcessEnv }} [options]
 */
function run(code, { flags = [], env = {} } = {}) {
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', code], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.pid !== undefined) started.push(child.pid)
  return child
}

/** @param {import('node:child_process').ChildProcess} child */
async function firstLine(child) {
  const [bytes] = await once(/** @type {import('node:stream').Readable} */ (child.stdout), 'data')
  return String(bytes).trim()
}

/** @param {number} pid */
async function ended(pid) {
  await expect.poll(() => isAlive(pid), { timeout: 8_000 }).toBe(false)
}

const forever = 'setInterval(() => {}, 1000); '

test('a process is alive until it ends, and its number alone does not make another process it', async () => {
  const child = run(forever)
  const pid = child.pid ?? 0
  const identity = identityOf(pid)
  expect(isAlive(pid, identity)).toBe(true)
  expect(isAlive(pid, 'another start')).toBe(false)
  expect(parentOf(pid)).toBe(process.pid)
  expect(commandLineOf(pid)).toContain('setInterval')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(isAlive(pid)).toBe(false)
})

test('a service ends in order when the command that started it is killed', async () => {
  const file = join(folder(), 'said')
  const service = `
    import { writeFileSync } from 'node:fs'
    process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(file)}, 'in order'); process.exit(0) })
    ${forever}
  `
  const supervisor = run(`
    import { spawn } from 'node:child_process'
    const child = spawn(process.execPath, ['--import=${preload}', '--input-type=module', '-e', ${JSON.stringify(service)}],
      { detached: true, stdio: 'ignore', env: { ...process.env, BRAINLYX_SUPERVISOR: String(process.pid) } })
    console.log(child.pid)
    ${forever}
  `)
  const pid = Number(await firstLine(supervisor))
  started.push(pid)
  expect(isAlive(pid)).toBe(true)
  supervisor.kill('SIGKILL')
  await ended(pid)
  expect(readFileSync(file, 'utf8')).toBe('in order')
})

test('a service that does not end when asked is killed', async () => {
  const dead = run('')
  await once(dead, 'exit')
  const service = run(`process.on('SIGTERM', () => {}); console.log('up'); ${forever}`, {
    flags: [`--import=${preload}`],
    env: { BRAINLYX_SUPERVISOR: String(dead.pid), SHUTDOWN_GRACE_MS: '-1500' },
  })
  await ended(service.pid ?? 0)
})

test('`node --watch` ends with the supervisor as well', async () => {
  const file = join(folder(), 'main.mjs')
  writeFileSync(file, `console.log('up', process.pid); ${forever}`)
  const supervisor = run(`
    import { spawn } from 'node:child_process'
    const child = spawn(process.execPath, ['--import=${preload}', '--watch', ${JSON.stringify(file)}],
      { detached: true, stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, BRAINLYX_SUPERVISOR: String(process.pid) } })
    console.log('watcher', child.pid)
    ${forever}
  `)
  let said = ''
  supervisor.stdout?.on('data', (bytes) => {
    said += String(bytes)
  })
  await expect.poll(() => said, { timeout: 8_000 }).toMatch(/up \d+/)
  const pids = [...said.matchAll(/(?:watcher|up) (\d+)/g)].map(([, pid]) => Number(pid))
  expect(pids).toHaveLength(2)
  started.push(...pids)
  supervisor.kill('SIGKILL')
  for (const pid of pids) await ended(pid)
})

test.runIf(process.platform === 'linux')(
  'a program that is not ours is signalled by the kernel when its parent dies',
  async () => {
    const { command, parameters } = endWithParent('/bin/sleep', ['60'], 'TERM')
    const parent = run(`
      import { spawn } from 'node:child_process'
      const child = spawn(${JSON.stringify(command)}, ${JSON.stringify(parameters)}, { detached: true, stdio: 'ignore' })
      console.log(child.pid)
      ${forever}
    `)
    const pid = Number(await firstLine(parent))
    started.push(pid)
    await expect.poll(() => commandLineOf(pid)).toContain('/bin/sleep')
    parent.kill('SIGKILL')
    await ended(pid)
  },
)

test('npm start is told when npm, or the shell between, was killed', async () => {
  const home = folder()
  const watcher = fileURLToPath(new URL('until-stopped.mjs', import.meta.url))
  writeFileSync(
    join(home, 'wait.mjs'),
    `import { onStopWish } from ${JSON.stringify(watcher)}
     onStopWish((reason) => { console.log(reason); process.exit(0) })
     console.log('pid', process.pid); ${forever}`,
  )
  writeFileSync(
    join(home, 'package.json'),
    JSON.stringify({ scripts: { wait: `"${process.execPath}" wait.mjs` } }),
  )
  const npm = spawn('npm', ['run', 'wait'], { cwd: home, stdio: ['ignore', 'pipe', 'ignore'] })
  if (npm.pid !== undefined) started.push(npm.pid)
  let said = ''
  npm.stdout.on('data', (bytes) => {
    said += String(bytes)
  })
  await expect.poll(() => said, { timeout: 15_000 }).toMatch(/pid \d+/)
  const pid = Number(said.match(/pid (\d+)/)?.[1])
  started.push(pid)
  npm.kill('SIGKILL')
  await ended(pid)
  expect(said).toContain('its parent has ended')
})

test('a pid file is held by one living process, and taken over from a dead one', async () => {
  const file = join(folder(), 'run', 'a.pid')
  const taken = takePidFile(file)
  expect(takePidFile(file)).toEqual({ heldBy: process.pid })
  expect(livingHolder(file)).toBe(process.pid)
  if ('release' in taken) taken.release()
  expect(existsSync(file)).toBe(false)

  const dead = run('')
  await once(dead, 'exit')
  writeFileSync(file, `${dead.pid} 1\n`)
  expect(livingHolder(file)).toBeUndefined()
  expect(takePidFile(file)).toHaveProperty('release')
})

test('work under a pid file is done by one at a time', async () => {
  const file = join(folder(), 'a.pid')
  let inside = 0
  let most = 0
  const work = async () => {
    inside++
    most = Math.max(most, inside)
    await new Promise((resolve) => setImmediate(resolve))
    inside--
  }
  await Promise.all(Array.from({ length: 4 }, () => withPidFile(file, work)))
  expect(most).toBe(1)
})

test('members are counted while they live, also where they were killed', async () => {
  const home = folder()
  const child = run(forever)
  const leave = joinMembers(home, process.pid)
  joinMembers(home, child.pid ?? 0)
  expect(countMembers(home)).toBe(2)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(countMembers(home)).toBe(1)
  leave()
  expect(countMembers(home)).toBe(0)
  expect(readdirSync(home)).toEqual([])
})

/**
 * @param {string} code
 * @param {Partial<import('./kept-process.mjs').KeptProcessOptions>} [options]
 */
function keptOptions(code, options = {}) {
  return {
    name: 'example',
    stopSignal: /** @type {const} */ ('SIGTERM'),
    logFile: join(folder(), 'log'),
    spawn: () => run(code),
    whenReady: async () => {},
    ...options,
  }
}

test('a kept program that is killed is started again, and one that is stopped is not', async () => {
  /** @type {number[]} */
  const pids = []
  const kept = await KeptProcess.start(
    keptOptions(forever, {
      spawn: () => {
        const child = run(forever)
        pids.push(child.pid ?? 0)
        return child
      },
    }),
  )
  process.kill(pids[0] ?? 0, 'SIGKILL')
  await expect.poll(() => pids.length, { timeout: 5_000 }).toBe(2)
  expect(isAlive(pids[1] ?? 0)).toBe(true)
  await kept.stop()
  expect(isAlive(pids[1] ?? 0)).toBe(false)
  expect(pids).toHaveLength(2)
  expect(kept.failure).toBeUndefined()
})

test('a program that ends again and again is given up with the end of its log', async () => {
  const options = keptOptions('process.exit(3)')
  writeFileSync(options.logFile, 'the reason\n')
  const kept = await KeptProcess.start(options)
  await expect.poll(() => kept.failure, { timeout: 20_000 }).toBeDefined()
  expect(kept.failure).toMatchObject({ message: 'example does not run.', details: 'the reason' })
})

test('a program that never becomes ready is ended, and its log says why', async () => {
  let pid = 0
  const options = keptOptions(forever, {
    spawn: () => {
      const child = run(forever)
      pid = child.pid ?? 0
      return child
    },
    whenReady: () => Promise.reject(new Error('not ready')),
  })
  writeFileSync(options.logFile, 'listen EADDRINUSE: address already in use 127.0.0.1:4100\n')
  await expect(KeptProcess.start(options)).rejects.toThrow('Port 4100 is taken by another program.')
  expect(isAlive(pid)).toBe(false)
})
