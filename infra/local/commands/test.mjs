import { mkdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import process from 'node:process'
import { bootstrap } from '../bootstrap/bootstrap.mjs'
import { endPrograms } from '../process/run-program.mjs'
import { ensureDataServices } from '../data/ensure-data-services.mjs'
import { profiles } from '../data/profile.mjs'
import { supervisorGone } from '../data/supervisor-gone.mjs'
import { onStopWish } from '../process/until-stopped.mjs'
import { repositoryRoot } from '../paths.mjs'
import { Progress } from '../progress.mjs'
import {
  addCounts,
  countReport,
  exitCodeOf,
  failedTests,
  slowestTests,
  summaryLine,
} from '../run-tests/count-results.mjs'
import { findOrInstallChromium } from '../run-tests/find-chromium.mjs'
import { runVitest } from '../run-tests/run-vitest.mjs'

/** Named «@brainlyx/web (web-browser)» where it is run from the root. */
const BROWSER_PROJECT = '*web-browser*'

/** Of its message and stack: the rest is where vitest said it. */
const LINES_OF_A_FAILURE = 15

/** @param {import('../command-line.mjs').Arguments} given */
export async function test({ values, positionals }) {
  const startedAt = performance.now()
  const progress = new Progress()
  const profile = profiles.test
  let stopped = false
  onStopWish(() => {
    stopped = true
    endPrograms()
  })
  await bootstrap(progress)
  const chromium =
    values['no-browser'] === true
      ? { reason: 'as --no-browser says' }
      : await progress.step('Chromium', () => findOrInstallChromium(process.env))
  const data = await progress.step('Postgres and Redis for tests', () =>
    ensureDataServices(profile),
  )
  const environment = {
    ...process.env,
    TEST_DATABASE_ADMIN_URL: data.urls.superuser,
    TEST_REDIS_URL: data.urls.redis,
    ...('path' in chromium ? { CHROMIUM_PATH: chromium.path } : {}),
  }
  const reports = join(profile.folder, 'reports')
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })

  const parts = [
    { name: 'unit-and-integration', project: `!${BROWSER_PROJECT}` },
    ...('path' in chromium ? [{ name: 'browser', project: BROWSER_PROJECT }] : []),
  ]
  const counts = []
  const files = []
  for (const { name, project } of parts) {
    if (stopped) break
    const report = join(reports, `${name}.json`)
    const well = await runVitest({ project, report, environment, values, positionals })
    if (well === 'nothing') continue
    files.push(report)
    counts.push(countReport(report, well))
  }
  data.release()
  await supervisorGone(profile)

  const total = addCounts(counts)
  for (const { name, durationMs } of slowestTests(files, { fromMs: 5_000, limit: 5 })) {
    progress.say(`  slow: ${(durationMs / 1000).toFixed(1)} s ${name}`)
  }
  if ('reason' in chromium) progress.say(`  Browser tests were skipped: ${chromium.reason}.`)
  if (stopped) progress.say('  Stopped before the end.')
  if (total.passed + total.failed === 0) progress.say('  No test was run.')
  for (const { file, name, why } of failedTests(files)) {
    progress.say(`  failed: ${relative(repositoryRoot, file)}: ${name}`)
    for (const line of why.split('\n').slice(0, LINES_OF_A_FAILURE)) progress.say(`    ${line}`)
  }
  progress.say(`  ${((performance.now() - startedAt) / 1000).toFixed(0)} s in all`)
  progress.say(summaryLine(total))
  return stopped ? 1 : exitCodeOf(total)
}
