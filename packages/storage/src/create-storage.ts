import { Disk } from 'flydrive'
import type { DriverContract } from 'flydrive/types'
import { createReadStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'

export type StorageOptions =
  | { readonly kind: 'disk'; readonly directory: string }
  | {
      readonly kind: 's3'
      readonly bucket: string
      readonly region: string
      /** Of anything but Amazon itself; such a one is addressed by path. */
      readonly endpoint?: string
      readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
    }

export interface StoredFile {
  readonly key: string
  /** Since it was written. */
  readonly ageMs: number
}

export interface FileStorage {
  /** Keeps a copy of a local file under `key`, such as `exports/…/….zip`; what was there is replaced. */
  putFile(key: string, path: string): Promise<void>
  /** undefined where there is no such file. The reader closes the stream. */
  open(key: string): Promise<Readable | undefined>
  /** Nothing happens where there is no such file. */
  delete(key: string): Promise<void>
  /** Every file under a folder, however deep. */
  list(folder: string): AsyncIterable<StoredFile>
}

/** Loads what it needs and nothing else: Amazon's library alone would make every start a second slower. */
export async function createStorage(options: StorageOptions): Promise<FileStorage> {
  const disk = new Disk(await driverOf(options))

  return {
    async putFile(key, path) {
      const { size } = await stat(path)
      // S3 wants to know the length before the first byte.
      await disk.putStream(key, createReadStream(path), { contentLength: size })
    },
    async open(key) {
      return (await disk.exists(key)) ? disk.getStream(key) : undefined
    },
    delete: (key) => disk.delete(key),
    async *list(folder) {
      if (options.kind === 'disk')
        await mkdir(`${options.directory}/${folder}`, { recursive: true })
      let paginationToken: string | undefined
      do {
        const page = await disk.listAll(folder, {
          recursive: true,
          ...(paginationToken === undefined ? {} : { paginationToken }),
        })
        for (const object of page.objects) {
          if (object.isDirectory) continue
          const metaData = await object.getMetaData().catch(() => undefined)
          // It may have been deleted since it was listed.
          if (metaData === undefined) continue
          yield { key: object.key, ageMs: Date.now() - metaData.lastModified.getTime() }
        }
        paginationToken = page.paginationToken
      } while (paginationToken !== undefined)
    },
  }
}

async function driverOf(options: StorageOptions): Promise<DriverContract> {
  if (options.kind === 'disk') {
    const { FSDriver } = await import('flydrive/drivers/fs')
    return new FSDriver({ location: options.directory, visibility: 'private' })
  }
  const { bucket, region, endpoint, credentials } = options
  const { S3Driver } = await import('flydrive/drivers/s3')
  return new S3Driver({
    bucket,
    region,
    visibility: 'private',
    // Few of those that are not Amazon's know access lists, and a bucket of ours is private as a whole.
    supportsACL: false,
    // Nor do all know checksums behind a body.
    ...(endpoint === undefined
      ? {}
      : {
          endpoint,
          forcePathStyle: true,
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
        }),
    ...(credentials === undefined ? {} : { credentials }),
  })
}
