import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCluster } from './cluster/start-cluster.ts'
import type { Cluster } from './cluster/start-cluster.ts'
import { ROWS } from './faults/rows.ts'
import { judgeRow } from './report/judge-row.ts'
import { signInUsers } from './users/crowd.ts'

/** The short form of `pnpm bench:chaos`. */
const TURNS = 6
const FAULTS = [
  'chat-api killed: middle',
  'chat-api killed: last token, before the commit',
  'provider-router killed: token 1',
  'Redis restarted',
  'readers return at another replica',
]

describe('a turn is never lost', () => {
  const releases = new AsyncDisposableStack()
  let cluster: Cluster

  beforeAll(async () => {
    cluster = await startCluster(releases, { withWeb: false })
  }, 60_000)
  afterAll(() => releases.disposeAsync(), 30_000)

  test.each(FAULTS)(
    '%s',
    async (name) => {
      const row = ROWS.find((each) => each.name === name)
      if (row === undefined) throw new Error(`there is no row ${name}`)
      const beganAt = Date.now()
      await cluster.chatApiBalancer.allReady()
      const users = await signInUsers(cluster.chatApiBalancer.origin, TURNS)
      const run = await row.run({ cluster, users, turns: TURNS })
      const judged = await judgeRow(cluster, row, run, beganAt)
      expect(judged.findings).toEqual([])
      expect(judged.landed).toBeGreaterThan(0)
      expect(judged.exactPercent).toBe(100)
    },
    60_000,
  )
})
