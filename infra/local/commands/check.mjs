import process from 'node:process'
import { bootstrap } from '../bootstrap/bootstrap.mjs'
import { ensureDataServices } from '../data/ensure-data-services.mjs'
import { profiles } from '../data/profile.mjs'
import { supervisorGone } from '../data/supervisor-gone.mjs'
import { endPrograms, runProgram } from '../process/run-program.mjs'
import { onStopWish } from '../process/until-stopped.mjs'
import { Progress } from '../progress.mjs'

/**
 * Everything that can be said of the code without running it. All of it is said, also after the first complaint.
 * @param {import('../command-line.mjs').Arguments} given
 */
export async function check({ values }) {
  const fix = values['fix'] === true
  const progress = new Progress()
  let stopped = false
  onStopWish(() => {
    stopped = true
    endPrograms()
  })
  await bootstrap(progress)

  /** @type {readonly [title: string, command: string, ...parameters: string[]][]} */
  const checks = [
    ['format', 'oxfmt', ...(fix ? [] : ['--check']), '.'],
    ['lint', 'oxlint', '--type-aware', '--deny-warnings', ...(fix ? ['--fix'] : []), '.'],
    ['types', 'turbo', 'run', 'typecheck', '--output-logs=errors-only', '--log-order=grouped'],
    ['types of infra', 'tsc', '--noEmit', '-p', 'infra/local'],
    ['boundaries', 'depcruise', '--config', '.dependency-cruiser.mjs', 'apps', 'packages', 'infra'],
    ['dead code', 'knip', '--no-config-hints'],
  ]
  /** @type {{ title: string, output: string }[]} */
  const complaints = []
  /**
   * @param {string} title
   * @param {() => Promise<{ ok: boolean, output: string }>} run
   */
  const step = async (title, run) => {
    if (stopped) return
    await progress
      .step(title, async () => {
        const { ok, output } = await run()
        if (ok) return
        complaints.push({ title, output: output.trim() })
        throw new Error(title)
      })
      .catch(() => undefined)
  }

  for (const [title, command, ...parameters] of checks) {
    await step(title, () => runProgram(command, parameters))
  }
  await step('generated files', async () => {
    const data = await ensureDataServices(profiles.test)
    const result = await runProgram('pnpm', ['-r', '--if-present', 'run', 'generated:check'], {
      env: {
        ...process.env,
        TEST_DATABASE_ADMIN_URL: data.urls.superuser,
        TEST_REDIS_URL: data.urls.redis,
      },
    })
    data.release()
    await supervisorGone(profiles.test)
    return result
  })

  for (const { title, output } of complaints) progress.say(`\n── ${title} ──\n${output}`)
  progress.say(
    complaints.length === 0
      ? '\nAll checks passed.'
      : `\n${complaints.length} of ${checks.length + 1} checks failed: ${complaints.map(({ title }) => title).join(', ')}.`,
  )
  return complaints.length === 0 && !stopped ? 0 : 1
}
