import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dropNpmVariables } from './bootstrap/clean-environment.mjs'
import { givenEnvironment, parseEnvironmentFile } from './environment.mjs'

test('.env lines are keys and values, with or without quotes', () => {
  const text = [
    '# keys',
    'OPENAI_API_KEY=sk-plain',
    'export GROQ_API_KEY = "gsk quoted # not a comment" # a comment',
    "GEMINI_API_KEY='single'",
    'EMPTY=',
    'HASH=a#b # c',
    'not a line',
    'URL=postgres://u:p@h/db?x=1',
  ].join('\r\n')
  expect(parseEnvironmentFile(text)).toEqual({
    OPENAI_API_KEY: 'sk-plain',
    GROQ_API_KEY: 'gsk quoted # not a comment',
    GEMINI_API_KEY: 'single',
    HASH: 'a#b',
    URL: 'postgres://u:p@h/db?x=1',
  })
})

test('the environment goes before .env, unless it is empty there', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'environment-')), '.env')
  writeFileSync(file, 'A=file\nB=file\nC=file\n')
  expect(givenEnvironment({ A: 'own', B: '' }, file)).toEqual({ A: 'own', B: 'file', C: 'file' })
  expect(givenEnvironment({ A: 'own' }, `${file}.absent`)).toEqual({ A: 'own' })
})

test('what npm tells its scripts is not passed on, but for the registry', () => {
  const environment = {
    npm_config_yes: 'false',
    npm_package_name: 'brainlyx',
    npm_config_registry: 'http://registry.example',
    PATH: '/bin',
  }
  dropNpmVariables(environment)
  expect(environment).toEqual({ npm_config_registry: 'http://registry.example', PATH: '/bin' })
})
