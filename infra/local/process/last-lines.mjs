import { readFileSync } from 'node:fs'

/**
 * The end of a log, '' where there is none.
 * @param {string} file
 */
export function lastLines(file, count = 12) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
  } catch {
    return ''
  }
}
