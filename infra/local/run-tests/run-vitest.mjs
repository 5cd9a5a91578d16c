import { availableParallelism } from 'node:os'
import { runProgram } from '../process/run-program.mjs'
import { testFilters } from './test-filters.mjs'

/**
 * Runs one part of the tests, showing them as vitest does.
 * @param {object} options
 * @param {string} options.project of the root's vitest.config.ts, `!` before one that is left out
 * @param {string} options.report where its JSON report goes
 * @param {NodeJS.ProcessEnv} options.environment
 * @param {import('../command-line.mjs').Arguments['values']} options.values
 * @param {readonly string[]} options.positionals parts of file names
 * @returns {Promise<boolean | 'nothing'>} whether it said that all went well
 */
export async function runVitest({ project, report, environment, values, positionals }) {
  const filters = testFilters(positionals)
  if (filters.length > 0 && !(await hasFiles(project, filters, environment))) return 'nothing'
  const { ok } = await runProgram(
    'vitest',
    [
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      '--passWithNoTests',
      // For all projects, which must agree. Most tests wait for another process, so one a core leaves cores idle.
      `--maxWorkers=${Math.max(2, availableParallelism())}`,
      ...(typeof values['name'] === 'string' ? [`--testNamePattern=${values['name']}`] : []),
      ...filters,
    ],
    { env: environment, inherit: true },
  )
  return ok
}

/**
 * @param {string} project
 * @param {readonly string[]} filters
 * @param {NodeJS.ProcessEnv} environment
 */
async function hasFiles(project, filters, environment) {
  const { output } = await runProgram(
    'vitest',
    ['list', '--filesOnly', `--project=${project}`, ...filters],
    { env: { ...environment, NO_COLOR: '1' } },
  )
  return /\.test\.\w+\b/.test(output)
}
