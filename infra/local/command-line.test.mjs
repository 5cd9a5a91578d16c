import { expect, test } from 'vitest'
import { parseCommandLine, parsePort } from './command-line.mjs'
import { commands } from './commands/index.mjs'

test('without a word, and with --help, there is an overview', () => {
  expect(parseCommandLine([], commands).kind).toBe('overview')
  expect(parseCommandLine(['--help'], commands).kind).toBe('overview')
})

test('options and words of a command are told apart', () => {
  const parsed = parseCommandLine(['start', '--port', '3500', '--open'], commands)
  expect(parsed).toMatchObject({ kind: 'run', name: 'start', values: { port: '3500', open: true } })
  expect(parseCommandLine(['test', 'chat-api', '--name', 'a stop'], commands)).toMatchObject({
    values: { name: 'a stop' },
    positionals: ['chat-api'],
  })
})

test('--help of a command wins over whatever else is asked', () => {
  expect(parseCommandLine(['reset', '--nonsense', '--help'], commands)).toMatchObject({
    kind: 'help',
    name: 'reset',
  })
})

test('what is not understood is refused with what there is', () => {
  expect(() => parseCommandLine(['strat'], commands)).toThrow('There is no command «strat».')
  expect(() => parseCommandLine(['toString'], commands)).toThrow('There is no command')
  expect(() => parseCommandLine(['start', '--prot', '1'], commands)).toThrow('--prot')
  expect(() => parseCommandLine(['start', 'now'], commands)).toThrow('now')
  expect(() => parseCommandLine(['start', '--port'], commands)).toThrow('--port')
})

test('every command loads something that runs', async () => {
  for (const command of Object.values(commands)) {
    expect(typeof (await command.load())).toBe('function')
  }
})

test('a port is a number that anyone may listen on', () => {
  expect(parsePort('3500')).toBe(3500)
  for (const text of ['80', '0', '-1', '65535', '70000', '3000.5', '3e3', 'web', '']) {
    expect(() => parsePort(text)).toThrow('is not a port')
  }
})
