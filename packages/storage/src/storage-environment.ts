import { z } from 'zod'
import type { StorageOptions } from './create-storage.ts'

/** What a service's environment says of storage: the folder, or the bucket. */
export const storageEnvironment = {
  STORAGE_DIRECTORY: z.string().min(1).optional(),
  STORAGE_S3_BUCKET: z.string().min(1).optional(),
  STORAGE_S3_REGION: z.string().min(1).default('us-east-1'),
  /** Of anything but Amazon itself. */
  STORAGE_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Without them the SDK looks for a role of the machine. */
  STORAGE_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  STORAGE_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
}

type StorageEnvironment = z.infer<z.ZodObject<typeof storageEnvironment>>

/** For a service's `superRefine`: a place must be named. */
export function checkStorage(
  environment: Partial<StorageEnvironment>,
  context: z.RefinementCtx,
): void {
  if (environment.STORAGE_DIRECTORY ?? environment.STORAGE_S3_BUCKET) return
  context.addIssue({
    code: 'custom',
    path: ['STORAGE_DIRECTORY'],
    message: 'or STORAGE_S3_BUCKET must say where files are kept',
  })
}

/** A bucket where one is named, else the folder. @throws an Error where neither is */
export function storageOptions(environment: StorageEnvironment): StorageOptions {
  const {
    STORAGE_S3_BUCKET: bucket,
    STORAGE_S3_ENDPOINT: endpoint,
    STORAGE_S3_ACCESS_KEY_ID: accessKeyId,
    STORAGE_S3_SECRET_ACCESS_KEY: secretAccessKey,
  } = environment
  if (bucket === undefined) {
    if (environment.STORAGE_DIRECTORY === undefined) {
      throw new Error('STORAGE_DIRECTORY or STORAGE_S3_BUCKET must say where files are kept.')
    }
    return { kind: 'disk', directory: environment.STORAGE_DIRECTORY }
  }
  return {
    kind: 's3',
    bucket,
    region: environment.STORAGE_S3_REGION,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  }
}
