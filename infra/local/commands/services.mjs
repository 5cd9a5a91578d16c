import process from 'node:process'
import { bootstrap } from '../bootstrap/bootstrap.mjs'
import { ensureDataServices } from '../data/ensure-data-services.mjs'
import { environmentLines } from '../data/environment-lines.mjs'
import { profileOf } from '../data/profile.mjs'
import { onStopWish } from '../process/until-stopped.mjs'
import { Progress } from '../progress.mjs'

/** @param {import('../command-line.mjs').Arguments} given */
export async function services({ positionals }) {
  const profile = profileOf(positionals[0])
  const progress = new Progress({ out: process.stderr })
  await bootstrap(progress)
  const data = await progress.step('Postgres and Redis', () => ensureDataServices(profile))
  process.stdout.write(environmentLines(profile, data.urls))
  await new Promise((resolve) => {
    const watching = setInterval(() => void data.revive(), 1_000)
    onStopWish(() => {
      clearInterval(watching)
      resolve(undefined)
    })
  })
  data.release()
  return 0
}
