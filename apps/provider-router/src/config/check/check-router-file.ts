import { buildRoutingTable } from '../../select/routing-table.ts'
import type { Surroundings } from '../interpolate.ts'
import { examineRouterFile, placeProblems } from '../parse-router-file.ts'
import type { FileProblem } from '../parse-router-file.ts'
import type { RouterFileContent } from '../read-router-file.ts'
import { findWarnings } from './find-warnings.ts'
import { counted, summarise } from './summarise.ts'

export interface CheckReport {
  readonly usable: boolean
  /** For a person or an editor: `router.yaml:12:7: deployments.3.model: …`, a line each. */
  readonly text: string
}

/**
 * All mistakes of a file with their places; of a usable one what it configures, and what of that is hardly meant.
 * @param settingsKeys keys set on the settings page, by provider
 */
export function checkRouterFile(
  content: RouterFileContent,
  options: {
    fileName: string
    environment: Surroundings['environment']
    settingsKeys: ReadonlyMap<string, string>
  },
): CheckReport {
  const { fileName, environment, settingsKeys } = options
  const located = (problems: readonly FileProblem[], kind = ''): string[] =>
    problems.map(({ line, column, message }) => `${fileName}:${line}:${column}: ${kind}${message}`)
  const examined = examineRouterFile(content.text, { environment, files: content.files })
  if (examined.file === undefined) {
    const { problems } = examined
    const title = `${fileName} is not usable: ${counted(problems.length, 'mistake')}.`
    return { usable: false, text: lines([...located(problems), title]) }
  }
  const { file, source } = examined
  const table = buildRoutingTable({ file, settingsKeys, simulatorUrl: undefined })
  const warnings = placeProblems(findWarnings(file, source, table), source)
  const title = `${fileName} is usable${warnings.length === 0 ? '' : `, with ${counted(warnings.length, 'warning')}`}.`
  return {
    usable: true,
    text: lines([summarise(file, source, table), ...located(warnings, 'warning: '), title]),
  }
}

function lines(parts: readonly string[]): string {
  return parts.map((part) => `${part}\n`).join('')
}
