import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { z } from 'zod'

const KeyFileContent = z.record(z.string(), z.string())

/** Keys that a person set on the settings page, by provider. */
export interface KeyFile {
  /** False where no file is configured: then nothing can be set. */
  readonly editable: boolean
  readonly keys: ReadonlyMap<string, string>
  set(providerId: string, key: string): Promise<void>
  remove(providerId: string): Promise<void>
}

/**
 * Opens the file; one that does not exist yet holds nothing. It is only ever replaced as a whole and readable by its
 * owner alone.
 * @param path undefined where keys come from the environment only
 * @throws an Error naming the file where it is not what this module writes
 */
export async function openKeyFile(path: string | undefined): Promise<KeyFile> {
  const keys = new Map(path === undefined ? [] : Object.entries(await read(path)))
  let writes: Promise<void> = Promise.resolve()

  const apply = async (alter: (map: Map<string, string>) => void): Promise<void> => {
    if (path === undefined) throw new Error('no key file is configured')
    const next = new Map(keys)
    alter(next)
    await write(path, Object.fromEntries(next))
    // What is used is what was written: a full disk changes neither.
    alter(keys)
  }
  /** One after the other, since each writes the whole file. */
  const change = (alter: (map: Map<string, string>) => void): Promise<void> => {
    const written = writes.then(() => apply(alter))
    writes = written.catch(() => {})
    return written
  }
  return {
    editable: path !== undefined,
    keys,
    set: (providerId, key) => change((map) => map.set(providerId, key)),
    remove: (providerId) => change((map) => map.delete(providerId)),
  }
}

async function read(path: string): Promise<Record<string, string>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  try {
    return KeyFileContent.parse(JSON.parse(text))
  } catch {
    // The cause is left out: a JSON parser's message shows a piece of the file.
    throw new Error(`${path} is not a file of provider keys; mend or delete it`)
  }
}

async function write(path: string, content: Record<string, string>): Promise<void> {
  const next = `${path}.${randomUUID()}`
  try {
    await writeFile(next, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(next, path)
  } catch (error) {
    await rm(next, { force: true })
    throw error
  }
}
