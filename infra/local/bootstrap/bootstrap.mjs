import { delimiter } from 'node:path'
import process from 'node:process'
import { inLocal, inRepository } from '../paths.mjs'
import { withPidFile } from '../process/pid-file.mjs'
import { dropNpmVariables } from './clean-environment.mjs'
import { ensurePnpm, pnpmPath } from './ensure-pnpm.mjs'
import { installDependencies } from './install-dependencies.mjs'

/**
 * What every command needs before its own work: pnpm, Node 26 and the dependencies, all of this clone and on its PATH.
 * @param {import('../progress.mjs').Progress} progress
 */
export async function bootstrap(progress) {
  dropNpmVariables(process.env)
  process.env['TURBO_TELEMETRY_DISABLED'] = '1'
  process.env['PATH'] = [
    pnpmPath,
    inRepository('node_modules', '.bin'),
    process.env['PATH'] ?? '',
  ].join(delimiter)
  await withPidFile(
    inLocal('run', 'install.pid'),
    async () => {
      await progress.step('pnpm', ensurePnpm)
      await progress.step('dependencies', async (remark) => {
        if (!(await installDependencies())) remark('unchanged')
      })
    },
    { onWait: (pid) => progress.say(`  Waiting for process ${pid}, which installs them as well.`) },
  )
}
