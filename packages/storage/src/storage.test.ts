import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { createStorage } from './create-storage.ts'
import type { FileStorage, StoredFile } from './create-storage.ts'
import { storageOptions } from './storage-environment.ts'
import { startBucket } from './testing/start-bucket.ts'

const directory = await mkdtemp(join(tmpdir(), 'storage-'))
afterAll(() => rm(directory, { recursive: true, force: true }))
const bucket = await startBucket()
afterAll(() => bucket.close())
const disk = await createStorage({ kind: 'disk', directory })
const s3 = await createStorage({
  kind: 's3',
  bucket: 'files',
  region: 'us-east-1',
  endpoint: bucket.url,
  credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
})
const local = join(directory, 'local.txt')
await writeFile(local, 'what was exported')

test.each([
  ['on disk', disk],
  ['in a bucket', s3],
])('a file is kept %s, found, read and deleted', async (_where, storage) => {
  await storage.putFile('exports/one/first.zip', local)
  expect(await text((await storage.open('exports/one/first.zip'))!)).toBe('what was exported')
  expect(await all(storage, 'exports')).toMatchObject([{ key: 'exports/one/first.zip' }])
  await storage.delete('exports/one/first.zip')
  await storage.delete('exports/one/first.zip')
  expect(await storage.open('exports/one/first.zip')).toBeUndefined()
  expect(await all(storage, 'exports')).toEqual([])
})

test('a folder that is not there has no files', async () => {
  expect(await all(disk, 'nothing')).toEqual([])
})

test('no key leaves the folder', async () => {
  await expect(disk.putFile('../outside.zip', local)).rejects.toThrow()
  await expect(disk.open('exports/../../local.txt')).rejects.toThrow()
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

async function all(storage: FileStorage, folder: string): Promise<StoredFile[]> {
  const files: StoredFile[] = []
  for await (const file of storage.list(folder)) files.push(file)
  return files
}

test('what is put into a bucket is signed, and its length is said before', async () => {
  await s3.putFile('exports/two/second.zip', local)
  const [put] = bucket.requests.filter(({ method }) => method === 'PUT').slice(-1)
  expect(put!.url).toMatch(/^\/files\/exports\/two\/second\.zip/)
  expect(put!.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=key\//)
  expect(put!.headers['content-length']).toBe('17')
})
