import { spawn } from 'node:child_process'
import process from 'node:process'
import { repositoryRoot } from '../paths.mjs'

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/** Ends what `runProgram` has started and not yet finished. */
export function endPrograms() {
  for (const child of running) child.kill('SIGTERM')
}

/**
 * Runs a program to its end, with standard input closed so that nothing can ask.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, inherit?: boolean }} [options]
 *   `inherit`: its output goes to ours instead of into the result
 * @returns {Promise<{ ok: boolean, code: number, output: string }>}
 */
export function runProgram(command, parameters, options = {}) {
  const { cwd = repositoryRoot, env = process.env, inherit = false } = options
  return new Promise((resolve) => {
    const child = spawn(command, parameters, {
      cwd,
      env,
      stdio: inherit ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    child.on('close', () => running.delete(child))
    let output = ''
    const take = (/** @type {Buffer} */ bytes) => {
      output += bytes.toString()
    }
    child.stdout?.on('data', take)
    child.stderr?.on('data', take)
    child.on('error', (error) => resolve({ ok: false, code: 127, output: output + error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, code: code ?? 1, output }))
  })
}
