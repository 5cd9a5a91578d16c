// Files that all services see: in a folder that they share, or in a bucket that speaks S3.
export { createStorage } from './create-storage.ts'
export type { FileStorage, StorageOptions, StoredFile } from './create-storage.ts'
export { EXPORTS_FOLDER, IMPORTS_FOLDER } from './folders.ts'
export { checkStorage, storageEnvironment, storageOptions } from './storage-environment.ts'
