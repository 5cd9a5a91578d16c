import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { createStorage } from './create-storage.ts'
import type { StoredFile } from './create-storage.ts'
import { storageOptions } from './storage-environment.ts'

const directory = await mkdtemp(join(tmpdir(), 'storage-'))
afterAll(() => rm(directory, { recursive: true, force: true }))
const storage = await createStorage({ kind: 'disk', directory })
const local = join(directory, 'local.txt')
await writeFile(local, 'what was exported')

test('a file is kept, found, read and deleted', async () => {
  await storage.putFile('exports/one/first.zip', local)
  expect(await text((await storage.open('exports/one/first.zip'))!)).toBe('what was exported')
  expect(await all('exports')).toMatchObject([{ key: 'exports/one/first.zip' }])
  await storage.delete('exports/one/first.zip')
  await storage.delete('exports/one/first.zip')
  expect(await storage.open('exports/one/first.zip')).toBeUndefined()
  expect(await all('exports')).toEqual([])
})

test('a folder that is not there has no files', async () => {
  expect(await all('nothing')).toEqual([])
})

test('no key leaves the folder', async () => {
  await expect(storage.putFile('../outside.zip', local)).rejects.toThrow()
  await expect(storage.open('exports/../../local.txt')).rejects.toThrow()
})

test('the environment names a folder or a bucket', () => {
  const base = { STORAGE_S3_REGION: 'eu-central-1' }
  expect(storageOptions({ ...base, STORAGE_DIRECTORY: '/data' })).toEqual({
    kind: 'disk',
    directory: '/data',
  })
  expect(storageOptions({ ...base, STORAGE_S3_BUCKET: 'files' })).toEqual({
    kind: 's3',
    bucket: 'files',
    region: 'eu-central-1',
  })
  expect(() => storageOptions(base)).toThrow(/STORAGE_DIRECTORY or STORAGE_S3_BUCKET/)
})

async function all(folder: string): Promise<StoredFile[]> {
  const files: StoredFile[] = []
  for await (const file of storage.list(folder)) files.push(file)
  return files
}
