import { readFile } from 'node:fs/promises'
import { referencedFiles } from './interpolate.ts'
import type { FileContent } from './interpolate.ts'
import { readYaml } from './yaml-source.ts'

/** The file as it lies on the disk, with those that it refers to. */
export interface RouterFileContent {
  readonly text: string
  readonly files: ReadonlyMap<string, FileContent>
}

/**
 * @param before what was read last: while the text is the same, so are the files it refers to
 * @throws what reading the file itself throws; of those it refers to, the content says why they could not be read
 */
export async function readRouterFile(
  path: string,
  before?: RouterFileContent,
): Promise<RouterFileContent> {
  const text = await readFile(path, 'utf8')
  const paths =
    text === before?.text ? [...before.files.keys()] : referencedFiles(readYaml(text).value)
  const contents = await Promise.all(paths.map(readContent))
  return { text, files: new Map(paths.map((file, index) => [file, contents[index]!])) }
}

async function readContent(path: string): Promise<FileContent> {
  try {
    return { text: await readFile(path, 'utf8') }
  } catch (error) {
    return { failure: whyNotRead(error) }
  }
}

/** Of an error that reading a file threw, the words after its path. */
export function whyNotRead(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? String(error)})`
}
