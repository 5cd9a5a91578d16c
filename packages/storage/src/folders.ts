/** Where exports are kept: a folder a request, a file an attempt to make it. */
export const EXPORTS_FOLDER = 'exports'
/** Where exports are kept that were sent to be imported: a folder a request. */
export const IMPORTS_FOLDER = 'imports'
