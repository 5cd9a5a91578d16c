import { Busboy } from '@fastify/busboy'
import type { BusboyHeaders, BusboyInstance } from '@fastify/busboy'
import { ServiceError } from '@brainlyx/service-kit'
import type { Request } from 'express'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Writes the ZIP file that a request brings, as its body or in a form's field `file`, into a temporary file for as long
 * as `use` takes. Never more than a piece of it is in memory.
 * @param limitBytes how large it may be
 * @throws {ServiceError} 413 `body-too-large`, 415 `unsupported-media-type`, 400 `no-file`
 */
export async function receiveUpload<T>(
  request: Request,
  limitBytes: number,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (Number(request.get('content-length') ?? 0) > limitBytes + FORM_OVERHEAD_BYTES)
    throw tooLarge(limitBytes)
  const folder = await mkdtemp(join(tmpdir(), 'brainlyx-upload-'))
  try {
    const path = join(folder, 'upload.zip')
    const keep = (source: Readable | AsyncIterable<Buffer>): Promise<void> =>
      pipeline(source, limited(limitBytes), createWriteStream(path, { mode: 0o600 }))
    const mediaType = mediaTypeOf(request)
    if (mediaType === FORM) await keepFromForm(request, keep)
    else if (mediaType === 'application/zip') await keep(piecesOf(request))
    else throw notAZip
    return await use(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const FORM = 'multipart/form-data'

/** Whether a request is a page's form. */
export function isForm(request: Request): boolean {
  return mediaTypeOf(request) === FORM
}

/** Also of an empty body, which has none for Express. */
function mediaTypeOf(request: Request): string | undefined {
  return request.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
}

/** What a form adds around its file. */
const FORM_OVERHEAD_BYTES = 64 * 1024

/** Leaves the request whole where reading it ends early: with it would go the connection, and so the answer. */
function piecesOf(request: Request): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false })
}

async function keepFromForm(
  request: Request,
  keep: (source: Readable) => Promise<void>,
): Promise<void> {
  let kept: Promise<void> | undefined
  const form = openForm(request)
  form.on('file', (_field, stream) => {
    kept ??= keep(stream)
    // Seen below; here it must end the form, which would wait for its file for ever.
    kept.catch((error: unknown) => form.destroy(error as Error))
  })
  try {
    await pipeline(piecesOf(request), form)
  } catch (error) {
    if (error instanceof ServiceError) throw error
    throw malformed(error)
  }
  if (kept === undefined) throw noFile
  await kept
}

function openForm(request: Request): BusboyInstance {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { files: 1, fields: 10, parts: 11, fieldSize: 1_000 },
    })
  } catch (error) {
    // Without a boundary nobody knows where its parts are.
    throw malformed(error)
  }
}

function limited(limitBytes: number): Transform {
  let length = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length
      if (length > limitBytes) done(tooLarge(limitBytes))
      else done(null, chunk)
    },
    flush: (done) => done(length === 0 ? noFile : null),
  })
}

function tooLarge(limitBytes: number): ServiceError {
  const megabytes = Math.max(1, Math.floor(limitBytes / 1024 / 1024))
  return new ServiceError({
    code: 'body-too-large',
    status: 413,
    title: 'This file is too large.',
    detail: `An export that you send may have ${megabytes} MB.`,
  })
}

const notAZip = new ServiceError({
  code: 'unsupported-media-type',
  status: 415,
  title: 'This kind of body is not understood here.',
  detail: 'Send a ZIP file with `content-type: application/zip`, or a form with the field `file`.',
})

const noFile = new ServiceError({
  code: 'no-file',
  status: 400,
  title: 'There is no file in this request.',
  detail: 'Choose the ZIP file of an export.',
})

function malformed(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'malformed-body',
    status: 400,
    title: 'The request cannot be read.',
    cause,
  })
}
