import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { textSetting } from '../run/settings.ts'

const folder = fileURLToPath(new URL('../../../../apps/provider-router/', import.meta.url))

/** A line for `--help`. */
export const ROUTER_SETTING =
  'BENCH_ROUTER    path of another bundle of the router, such as an earlier one (built from the sources)'

/** The path of the router as it is shipped: a bundle, made now unless `BENCH_ROUTER` names one. */
export function routerProgram(): string {
  const given = textSetting('BENCH_ROUTER')
  if (given !== undefined) return given
  execFileSync(`${folder}node_modules/.bin/rolldown`, ['-c'], {
    cwd: folder,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return `${folder}dist/main.js`
}
