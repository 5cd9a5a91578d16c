import { readFileSync } from 'node:fs'
import process from 'node:process'
import { inRepository } from './paths.mjs'

/**
 * The environment that a person set: the process's own, and below it the file `.env` at the root.
 * @param {NodeJS.ProcessEnv} [own]
 * @param {string} [file]
 * @returns {Record<string, string | undefined>}
 */
export function givenEnvironment(own = process.env, file = inRepository('.env')) {
  const set = Object.entries(own).filter(([, value]) => value !== '')
  return { ...parseEnvironmentFile(textOf(file)), ...Object.fromEntries(set) }
}

/**
 * `KEY=value` lines; quotes around a value are dropped, `#` begins a comment after a space or at the start. (Node has
 * `util.parseEnv`, from 20.12 on only.)
 * @param {string} text
 */
export function parseEnvironmentFile(text) {
  /** @type {Record<string, string>} */
  const values = {}
  for (const line of text.split(/\r?\n/)) {
    const found = line.match(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/)
    if (found === null) continue
    const [, key = '', raw = ''] = found
    const quoted = raw.match(/^(["'])(.*?)\1\s*(?:#.*)?$/)
    const value = quoted === null ? raw.replace(/(?:^|\s)#.*$/, '') : (quoted[2] ?? '')
    if (value !== '') values[key] = value
  }
  return values
}

/** @param {string} file */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
