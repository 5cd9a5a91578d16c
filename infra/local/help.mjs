import { namesOf } from './command-line.mjs'

/** @typedef {import('./command-line.mjs').Command} Command */

/** @param {Record<string, Command>} commands */
export function overview(commands) {
  const rows = namesOf(commands).map((name) => [
    commands[name]?.usage ?? name,
    commands[name]?.summary ?? '',
  ])
  return `Brainlyx AI on this machine.\n\n${columns(rows)}\nEach takes --help.\n`
}

/**
 * @param {string} name
 * @param {Command} command
 */
export function commandHelp(name, command) {
  const rows = Object.entries(command.options).map(([option, { value, help }]) => [
    `--${option}${value === undefined ? '' : ` <${value}>`}`,
    help,
  ])
  rows.push(['--help', 'show this'])
  const words = command.positionals === undefined ? '' : ` [${command.positionals}]`
  const usage = command.usage.startsWith('npm') ? `${command.usage} --` : command.usage
  return `${command.summary}\n\n  ${usage} [options]${words}\n\n${columns(rows)}`
}

/** @param {readonly (readonly string[])[]} rows */
function columns(rows) {
  const width = Math.max(...rows.map(([first]) => first?.length ?? 0)) + 3
  return rows.map(([first, second]) => `  ${first?.padEnd(width)}${second}\n`).join('')
}
