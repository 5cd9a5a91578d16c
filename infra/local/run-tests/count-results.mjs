import { readFileSync } from 'node:fs'

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 *
 * The parts of vitest's JSON report that are read here.
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests skipped ones
 * @property {number} numTodoTests
 * @property {boolean} success
 * @property {readonly FileResult[]} testResults
 *
 * @typedef {object} FileResult
 * @property {string} name its path
 * @property {string} status
 * @property {string} [message] why it could not be loaded
 * @property {readonly TestResult[]} assertionResults
 *
 * @typedef {object} TestResult
 * @property {string} fullName
 * @property {string} status
 * @property {number | null} [duration] in milliseconds
 * @property {readonly string[] | null} [failureMessages] with their stacks
 */

/**
 * What one run of vitest did, by its own report. A file that could not be loaded has no tests to fail, and an error
 * outside of any test fails none: each counts as one failure.
 * @param {string} file of the report
 * @param {boolean} exitedWell whether vitest said that all went well
 * @returns {Counts}
 */
export function countReport(file, exitedWell) {
  const report = readReport(file)
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = report.numFailedTests + brokenFiles
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !exitedWell ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/**
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function addCounts(all) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const { passed, failed, skipped } of all) {
    sum.passed += passed
    sum.failed += failed
    sum.skipped += skipped
  }
  return sum
}

/**
 * Nothing run is no success: a filter that matches nothing, a configuration that finds nothing.
 * @param {Counts} counts
 */
export function exitCodeOf({ passed, failed }) {
  return failed > 0 || passed === 0 ? 1 : 0
}

/** @param {Counts} counts */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`
}

/**
 * The tests that took longest, slowest first.
 * @param {readonly string[]} files of reports
 * @param {{ fromMs: number, limit: number }} options
 */
export function slowestTests(files, { fromMs, limit }) {
  return files
    .flatMap((file) => readReport(file)?.testResults ?? [])
    .flatMap((result) => result.assertionResults)
    .map(({ fullName, duration }) => ({ name: fullName, durationMs: Math.round(duration ?? 0) }))
    .filter(({ durationMs }) => durationMs >= fromMs)
    .toSorted((a, b) => b.durationMs - a.durationMs)
    .slice(0, limit)
}

/**
 * What failed and why, for the end of a long output, where it is looked for.
 * @param {readonly string[]} files of reports
 * @returns {{ file: string, name: string, why: string }[]}
 */
export function failedTests(files) {
  return files
    .flatMap((file) => readReport(file)?.testResults ?? [])
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name: file, message, assertionResults }) => {
      const failed = assertionResults.filter((test) => test.status === 'failed')
      if (failed.length === 0) return [{ file, name: 'the file itself', why: message ?? '' }]
      return failed.map(({ fullName, failureMessages }) => ({
        file,
        name: fullName,
        why: withoutLibraries((failureMessages ?? []).join('\n')),
      }))
    })
}

/** @param {string} message with its stack, of which only our own frames tell anything */
function withoutLibraries(message) {
  return message
    .split('\n')
    .filter((line) => !/^\s*at .*node_modules/.test(line))
    .join('\n')
}

/**
 * @param {string} file
 * @returns {Report | undefined}
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
