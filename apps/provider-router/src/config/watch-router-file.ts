import type { Logger } from '@brainlyx/service-kit'
import { readFile } from 'node:fs/promises'
import { unwatchFile, watchFile } from 'node:fs'
import { RouterFileError, parseRouterFile } from './parse-router-file.ts'
import type { RouterFile } from './router-file.ts'

export interface RouterFileWatch {
  readonly current: RouterFile
  /** False while what lies on the disk is not usable, and `current` an older one. */
  readonly isCurrent: boolean
  close(): void
}

/**
 * Reads the file and follows it: a good change is handed to `onChange`, a bad one is logged and left aside. It is
 * polled, since what an orchestrator mounts changes by swapping a link, which file events miss.
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
  let text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RouterFileError(path, [
      error.code === 'ENOENT' ? 'there is no such file' : error.message,
    ])
  })
  let current = parseRouterFile(text, environment, path)
  let isCurrent = true

  const reload = async (): Promise<void> => {
    try {
      const read = await readFile(path, 'utf8')
      if (read === text && isCurrent) return
      text = read
      current = parseRouterFile(text, environment, path)
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
  const onStat = (): void => void reload()
  watchFile(path, { interval: pollMs, persistent: false }, onStat)
  return {
    get current() {
      return current
    },
    get isCurrent() {
      return isCurrent
    },
    close: () => unwatchFile(path, onStat),
  }
}
