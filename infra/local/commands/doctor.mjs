import { existsSync } from 'node:fs'
import process from 'node:process'
import { dataUrls } from '../data/data-urls.mjs'
import { profiles } from '../data/profile.mjs'
import { supervisorGone } from '../data/supervisor-gone.mjs'
import { findingLine } from '../doctor/examination.mjs'
import { examineData } from '../doctor/examine-data.mjs'
import { examinePorts, examineSetUp } from '../doctor/examine-set-up.mjs'
import { tryProviderKey } from '../doctor/try-provider-key.mjs'
import { givenEnvironment } from '../environment.mjs'
import { explainError } from '../explain-error.mjs'
import { inRepository } from '../paths.mjs'
import { environmentKeys, settingsKeys } from '../services/provider-keys.mjs'
import { runningSession } from '../services/session.mjs'

/** @typedef {import('../doctor/examination.mjs').Finding} Finding */

/** @returns {Promise<number>} 1 where something is wrong */
export async function doctor() {
  let wrong = 0
  const tell = (/** @type {readonly Finding[]} */ findings) => {
    for (const finding of findings) {
      if (!finding.ok) wrong++
      process.stdout.write(`${findingLine(finding)}\n`)
    }
  }
  const environment = givenEnvironment()

  tell(await examineSetUp())
  const session = runningSession()
  if (session === undefined) tell(await examinePorts())
  else tell([{ ok: true, what: `it runs at ${session.url ?? `process ${session.pid}`}` }])
  if (existsSync(inRepository('node_modules', 'pg'))) tell(await examineDataServices(environment))
  tell(await examineKeys(environment))

  process.stdout.write(wrong === 0 ? '\nAll is well.\n' : `\n${wrong} to mend.\n`)
  return wrong === 0 ? 0 : 1
}

/**
 * @param {Record<string, string | undefined>} environment
 * @returns {Promise<Finding[]>}
 */
async function examineDataServices(environment) {
  try {
    const data = await dataUrls(environment)
    try {
      return await examineData(data.urls)
    } finally {
      data.release()
      await supervisorGone(profiles.local)
    }
  } catch (error) {
    const { message, mend } = explainError(error)
    return [{ ok: false, what: message, ...(mend === undefined ? {} : { mend }) }]
  }
}

/**
 * @param {Record<string, string | undefined>} environment
 * @returns {Promise<Finding[]>}
 */
async function examineKeys(environment) {
  const keys = [...environmentKeys(environment), ...settingsKeys()]
  if (keys.length === 0)
    return [{ ok: true, what: 'no provider key is set: answers are simulated' }]
  return Promise.all(
    keys.map(async (key) => {
      const { ok, says } = await tryProviderKey(key, environment)
      const mend = 'Set another key in .env or under Administration → Provider keys.'
      return { ok, what: `${key.provider} (key from ${key.from}) ${says}`, mend }
    }),
  )
}
