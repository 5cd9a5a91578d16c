import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { commandLineOf } from './command-line-of.mjs'
import { endWithParent } from './end-with-parent.mjs'
import { isAlive } from './is-alive.mjs'
import {
  deadPid,
  endAll,
  endLater,
  ended,
  firstLine,
  folder,
  forever,
  run,
} from './testing/node-processes.mjs'

// However a command ends, nothing of what it started stays: each kind of program notices in its own way.
const preload = new URL('die-with-supervisor.mjs', import.meta.url).href

afterEach(endAll)

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
  endLater(pid)
  expect(isAlive(pid)).toBe(true)
  supervisor.kill('SIGKILL')
  await ended(pid)
  expect(readFileSync(file, 'utf8')).toBe('in order')
})

test('a service that does not end when asked is killed', async () => {
  const dead = await deadPid()
  const service = run(`process.on('SIGTERM', () => {}); console.log('up'); ${forever}`, {
    flags: [`--import=${preload}`],
    env: { BRAINLYX_SUPERVISOR: String(dead), SHUTDOWN_GRACE_MS: '-1500' },
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
  endLater(...pids)
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
    endLater(pid)
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
  if (npm.pid !== undefined) endLater(npm.pid)
  let said = ''
  npm.stdout.on('data', (bytes) => {
    said += String(bytes)
  })
  await expect.poll(() => said, { timeout: 15_000 }).toMatch(/pid \d+/)
  const pid = Number(said.match(/pid (\d+)/)?.[1])
  endLater(pid)
  npm.kill('SIGKILL')
  await ended(pid)
  expect(said).toContain('its parent has ended')
})
