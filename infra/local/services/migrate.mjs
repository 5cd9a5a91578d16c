import process from 'node:process'
import { nodeBinary } from '../bootstrap/node-binary.mjs'
import { runProgram } from '../process/run-program.mjs'
import { explainText } from '../explain-error.mjs'
import { Failure } from '../failure.mjs'
import { inRepository } from '../paths.mjs'

/**
 * Brings the database up to date.
 * @param {{ owner: string, app: string }} urls the runtime role is the one of `app`
 * @returns {Promise<string>} what was done
 */
export async function migrate(urls) {
  const { ok, output } = await runProgram(
    nodeBinary(),
    [inRepository('packages', 'db', 'src', 'migrate.ts')],
    {
      env: {
        PATH: process.env['PATH'],
        DATABASE_OWNER_URL: urls.owner,
        APP_ROLE: decodeURIComponent(new URL(urls.app).username),
      },
    },
  )
  if (ok) {
    const lines = output.trim().split('\n')
    return lines.length === 1 ? (lines[0] ?? '') : `${lines.length} steps`
  }
  throw (
    explainText(output) ??
    new Failure('The database could not be migrated.', {
      details: output.trim(),
      mend: 'Where DATABASE_URL is yours: DATABASE_OWNER_URL must name a role that may create tables there.',
    })
  )
}
