import { spawn } from 'node:child_process'
import process from 'node:process'
import { repositoryRoot } from '../paths.mjs'

/**
 * Runs a program to its end, with standard input closed so that nothing can ask.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options]
 *   `show`: its output goes to ours as well
 * @returns {Promise<{ ok: boolean, code: number, output: string }>}
 */
export function runProgram(command, parameters, options = {}) {
  const { cwd = repositoryRoot, env = process.env, show = false } = options
  return new Promise((resolve) => {
    const child = spawn(command, parameters, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const take = (/** @type {Buffer} */ bytes, /** @type {NodeJS.WriteStream} */ out) => {
      output += bytes.toString()
      if (show) out.write(bytes)
    }
    child.stdout.on('data', (bytes) => take(bytes, process.stdout))
    child.stderr.on('data', (bytes) => take(bytes, process.stderr))
    child.on('error', (error) => resolve({ ok: false, code: 127, output: output + error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, code: code ?? 1, output }))
  })
}
