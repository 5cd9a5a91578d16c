import process from 'node:process'
import { parseCommandLine } from './command-line.mjs'
import { commands } from './commands/index.mjs'
import { explainError } from './explain-error.mjs'
import { commandHelp, overview } from './help.mjs'

/**
 * @param {readonly string[]} words after `cli.mjs`
 * @returns {Promise<number>} the exit code
 */
export async function runCommand(words) {
  try {
    const parsed = parseCommandLine(words, commands)
    if (parsed.kind === 'overview') {
      process.stdout.write(overview(commands))
      return 0
    }
    if (parsed.kind === 'help') {
      process.stdout.write(commandHelp(parsed.name, parsed.command))
      return 0
    }
    const run = await parsed.command.load()
    return await run({ values: parsed.values, positionals: parsed.positionals })
  } catch (error) {
    const { message, mend, details } = explainError(error)
    if (details !== undefined && details !== '') {
      process.stderr.write(`\n${details.replaceAll(/^/gm, '    ')}\n`)
    }
    process.stderr.write(`\n${message}${mend === undefined ? '' : ` ${mend}`}\n`)
    return 1
  }
}
