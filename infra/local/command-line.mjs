import { parseArgs } from 'node:util'
import { Failure } from './failure.mjs'

/**
 * @typedef {object} CommandOption
 * @property {'string' | 'boolean'} type
 * @property {string} [value] what stands for it in the help
 * @property {string} help
 *
 * @typedef {{ values: Record<string, string | boolean | undefined>, positionals: string[] }} Arguments
 *
 * @typedef {object} Command
 * @property {string} usage as a person types it
 * @property {string} summary
 * @property {Record<string, CommandOption>} options
 * @property {string} [positionals] what they are; none allowed without
 * @property {boolean} [internal] left out of the overview
 * @property {() => Promise<(given: Arguments) => Promise<number>>} load gives the exit code
 *
 * @typedef {{ kind: 'overview' }
 *   | { kind: 'help', name: string, command: Command }
 *   | { kind: 'run', name: string, command: Command } & Arguments} ParsedCommandLine
 */

/**
 * @param {readonly string[]} words
 * @param {Record<string, Command>} commands
 * @returns {ParsedCommandLine}
 */
export function parseCommandLine(words, commands) {
  const [name, ...rest] = words
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    return { kind: 'overview' }
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    throw new Failure(`There is no command «${name}».`, {
      mend: `There are: ${namesOf(commands).join(', ')}.`,
    })
  }
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', name, command }
  try {
    const { values, positionals } = parseArgs({
      args: [...rest],
      options: Object.fromEntries(
        Object.entries(command.options).map(([option, { type }]) => [option, { type }]),
      ),
      allowPositionals: command.positionals !== undefined,
    })
    return { kind: 'run', name, command, values: { ...values }, positionals }
  } catch (error) {
    const [sentence] = /** @type {Error} */ (error).message.split(/\. /)
    throw new Failure(`${sentence?.replace(/\.$/, '')}.`, {
      mend: `\`${command.usage} --help\` shows what there is.`,
    })
  }
}

/**
 * A TCP port that a person asked for.
 * @param {string} text
 */
export function parsePort(text) {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1024 && port <= 65_534) return port
  throw new Failure(`«${text}» is not a port for the page.`, {
    mend: 'Give a number from 1024 to 65534.',
  })
}

/** @param {Record<string, Command>} commands */
export function namesOf(commands) {
  return Object.keys(commands).filter((name) => commands[name]?.internal !== true)
}
