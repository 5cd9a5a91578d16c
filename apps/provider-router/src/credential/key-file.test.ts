import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyHint } from './credential.ts'
import { openKeyFile } from './key-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'key-file-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a key that was set is there for the next process, and readable by its owner alone', async () => {
  const path = join(folder, 'keys.json')
  const file = await openKeyFile(path)
  await Promise.all([file.set('openai', 'sk-1'), file.set('groq', 'gsk-2')])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect([...(await openKeyFile(path)).keys]).toEqual([
    ['openai', 'sk-1'],
    ['groq', 'gsk-2'],
  ])
  await file.remove('openai')
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ groq: 'gsk-2' })
  expect(file.keys.has('openai')).toBe(false)
  expect(await readdir(folder)).toEqual(['keys.json'])
})

test('a key that could not be written is not used either', async () => {
  const file = await openKeyFile(join(folder, 'no-such-folder', 'keys.json'))
  await expect(file.set('openai', 'sk-1')).rejects.toThrow()
  expect(file.keys.size).toBe(0)
})

test('without a file nothing can be set', async () => {
  const file = await openKeyFile(undefined)
  expect(file.editable).toBe(false)
  await expect(file.set('openai', 'sk-1')).rejects.toThrow()
})

test('a file that is something else is refused without showing it', async () => {
  const path = join(folder, 'other.json')
  await writeFile(path, '{"openai": CANARY')
  const refusal = await openKeyFile(path).catch((error: unknown) => error)
  expect(String(refusal)).toContain('other.json is not a file of provider keys')
  expect(String(refusal)).not.toContain('CANARY')
})

test('a hint tells keys apart and does not give a short one away', () => {
  expect(keyHint('sk-0123456789abcd')).toBe('abcd')
  expect(keyHint('short-key')).toBe('····')
})
