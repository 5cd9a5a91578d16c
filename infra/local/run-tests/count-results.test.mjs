import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, test } from 'vitest'
import { runVitest } from './run-vitest.mjs'
import {
  addCounts,
  countReport,
  exitCodeOf,
  failedTests,
  slowestTests,
  summaryLine,
} from './count-results.mjs'
import { testFilters } from './test-filters.mjs'

const folder = mkdtempSync(join(tmpdir(), 'reports-'))

/** @param {object} report */
function written(report) {
  const file = join(folder, `${Math.random()}.json`)
  const empty = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 }
  writeFileSync(file, JSON.stringify({ ...empty, success: true, testResults: [], ...report }))
  return file
}

const failedTest = { fullName: 'x', status: 'failed' }

test('tests are counted as the report counts them', () => {
  const file = written({
    numPassedTests: 7,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [{ name: 'a', status: 'failed', assertionResults: [failedTest] }],
  })
  expect(countReport(file, false)).toEqual({ passed: 7, failed: 1, skipped: 3 })
})

test('a file that could not be loaded is a failure though it has no tests', () => {
  const file = written({
    numPassedTests: 7,
    testResults: [{ name: 'broken', status: 'failed', assertionResults: [] }],
  })
  expect(countReport(file, false)).toEqual({ passed: 7, failed: 1, skipped: 0 })
})

test('an error outside of any test, and a run that left no report, are failures', () => {
  expect(countReport(written({ numPassedTests: 3 }), false).failed).toBe(1)
  expect(countReport(join(folder, 'absent.json'), true).failed).toBe(1)
})

test('the last line is plain, and says what was skipped only where something was', () => {
  const total = addCounts([
    { passed: 3, failed: 0, skipped: 0 },
    { passed: 4, failed: 1, skipped: 0 },
  ])
  expect(summaryLine(total)).toBe('7 passed, 1 failed')
  expect(summaryLine({ ...total, skipped: 2 })).toBe('7 passed, 1 failed, 2 skipped')
})

test('a failure, and a run of no tests, end with a status other than 0', () => {
  expect(exitCodeOf({ passed: 3, failed: 0, skipped: 1 })).toBe(0)
  expect(exitCodeOf({ passed: 3, failed: 1, skipped: 0 })).toBe(1)
  expect(exitCodeOf({ passed: 0, failed: 0, skipped: 4 })).toBe(1)
})

test('the slowest tests come first, and quick ones not at all', () => {
  const file = written({
    testResults: [
      {
        name: 'a',
        status: 'passed',
        assertionResults: [
          { fullName: 'quick', status: 'passed', duration: 10 },
          { fullName: 'slow', status: 'passed', duration: 6_000 },
          { fullName: 'slower', status: 'passed', duration: 9_000.4 },
        ],
      },
    ],
  })
  expect(slowestTests([file], { fromMs: 5_000, limit: 5 })).toEqual([
    { name: 'slower', durationMs: 9_000 },
    { name: 'slow', durationMs: 6_000 },
  ])
})

test('what failed is named with its file and reason, and so is a file that could not be loaded', () => {
  const file = written({
    testResults: [
      { name: 'good', status: 'passed', assertionResults: [{ fullName: 'y', status: 'passed' }] },
      {
        name: 'bad',
        status: 'failed',
        assertionResults: [
          { fullName: 'y', status: 'passed' },
          {
            fullName: 'x',
            status: 'failed',
            failureMessages: [
              'expected 1 to be 2\n    at file:///node_modules/a.js:1:1\n    at bad:2:3',
              'and 3',
            ],
          },
        ],
      },
      { name: 'broken', status: 'failed', message: 'no such module', assertionResults: [] },
    ],
  })
  expect(failedTests([join(folder, 'absent.json'), file])).toEqual([
    { file: 'bad', name: 'x', why: 'expected 1 to be 2\n    at bad:2:3\nand 3' },
    { file: 'broken', name: 'the file itself', why: 'no such module' },
  ])
})

test('apps and packages are found by their names, paths and other words are left as they are', () => {
  const exists = (/** @type {string} */ path) => ['apps/web', 'packages/db'].includes(path)
  const words = ['web', '@brainlyx/db', 'packages/db/', 'lifecycle', 'src/a.test.ts']
  expect(testFilters(words, exists)).toEqual([
    'apps/web',
    'packages/db',
    'packages/db',
    'lifecycle',
    'src/a.test.ts',
  ])
})

test('a filter that no test file matches runs nothing', async () => {
  const nothing = await runVitest({
    project: 'infra',
    report: join(folder, 'nothing.json'),
    environment: process.env,
    values: {},
    positionals: ['no-such-file-anywhere'],
  })
  expect(nothing).toBe('nothing')
})
