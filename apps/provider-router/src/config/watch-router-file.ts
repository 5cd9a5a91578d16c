import type { Logger } from '@brainlyx/service-kit'
import { isDeepStrictEqual } from 'node:util'
import { RouterFileError, parseRouterFile } from './parse-router-file.ts'
import { readRouterFile, whyNotRead } from './read-router-file.ts'
import type { RouterFileContent } from './read-router-file.ts'
import type { RouterFile } from './router-file.ts'

export interface RouterFileWatch {
  readonly current: RouterFile
  /** False while what lies on the disk is not usable, and `current` an older one. */
  readonly isCurrent: boolean
  close(): void
}

/**
 * Reads the file and follows it and those that it refers to, so that a key in a file of its own is rotated by writing
 * that: a good change is handed to `onChange`, a bad one is logged once and left aside. What they hold is read again
 * and compared, since what an orchestrator mounts changes by swapping a link, which file events miss, and two changes
 * may fall into one tick of a file's time.
 * @throws {RouterFileError} where it is unusable at the start
 */
export async function watchRouterFile(options: {
  path: string
  environment: Readonly<Record<string, string | undefined>>
  logger: Logger
  onChange: (file: RouterFile) => void
  pollMs?: number
}): Promise<RouterFileWatch> {
  const { path, environment, logger, onChange, pollMs = 1_000 } = options
  const parse = (content: Content): RouterFile => {
    if ('failure' in content) throw new RouterFileError(path, [`it ${content.failure}`])
    return parseRouterFile(content.text, environment, path, content.files)
  }
  let seen = await read(path)
  let current = parse(seen)
  let isCurrent = true
  let timer: NodeJS.Timeout
  let closed = false

  const reload = (): void => {
    try {
      current = parse(seen)
      isCurrent = true
      onChange(current)
      logger.info({ path }, 'the configuration was read again')
    } catch (error) {
      isCurrent = false
      const problems = error instanceof RouterFileError ? error.problems : [String(error)]
      logger.error(
        { path, problems },
        'the configuration was changed and is not usable; the last good one stays',
      )
    }
  }
  const look = async (): Promise<void> => {
    const found = await read(path, 'failure' in seen ? undefined : seen)
    if (closed) return
    if (!isDeepStrictEqual(found, seen)) {
      seen = found
      reload()
    }
    wait()
  }
  const wait = (): void => {
    timer = setTimeout(() => void look(), pollMs).unref()
  }
  wait()
  return {
    get current() {
      return current
    },
    get isCurrent() {
      return isCurrent
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

type Content = RouterFileContent | { readonly failure: string }

async function read(path: string, before?: RouterFileContent): Promise<Content> {
  try {
    return await readRouterFile(path, before)
  } catch (error) {
    return { failure: whyNotRead(error) }
  }
}
