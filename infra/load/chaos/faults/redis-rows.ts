import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { giveFolder } from '@brainlyx/testkit/postgres-server'
import { createRedisServer } from '../cluster/redis-server.ts'
import { strikeMidStream } from './mid-stream.ts'
import type { Row, Stage } from './stage.ts'

const AWAY_MS = 60_000
const DISK = { megabytes: 12, fullForMs: 5_000 }

export const REDIS_ROWS: readonly Row[] = [
  {
    name: 'Redis restarted',
    about: 'SIGTERM, and started again on its append-only file',
    run: async (stage) => ({
      strikes: await strikeMidStream(stage, {
        strike: async ({ cluster }) => {
          await cluster.redis.stop()
          await cluster.redis.start()
        },
      }),
    }),
  },
  {
    name: 'Redis away for 60 s',
    about: 'connections break and none is taken for a minute',
    run: async (stage) => ({
      strikes: await strikeMidStream(
        { ...stage, turns: Math.min(stage.turns, stage.users.length) },
        {
          strike: async ({ cluster }) => {
            cluster.redisLine.cut()
            await sleep(AWAY_MS)
            cluster.redisLine.mend()
          },
        },
      ),
    }),
  },
  {
    name: 'CLIENT KILL of pub/sub',
    about: 'the connections that carry hints, five times a second apart',
    run: async (stage) => {
      let killed = 0
      const strikes = await strikeMidStream(stage, {
        strike: async ({ cluster }) => {
          for (let times = 0; times < 5; times++) {
            const reply = await cluster.redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub')
            killed += Number(/^:(\d+)/m.exec(reply)?.[1] ?? 0)
            await sleep(200)
          }
        },
      })
      return {
        strikes,
        figures: [{ name: 'connections killed', value: killed, unit: 'connections' }],
      }
    },
  },
  {
    name: 'Redis with a full disk',
    about: `the append-only file on a tmpfs of ${DISK.megabytes} MB that something fills for ${DISK.fullForMs / 1000} s`,
    run: async (stage) => withFullDisk(stage),
  },
]

async function withFullDisk(stage: Stage): Promise<Awaited<ReturnType<Row['run']>>> {
  const { cluster } = stage
  const releases = new AsyncDisposableStack()
  const disk = join(cluster.folder, 'small-disk')
  mkdirSync(disk)
  const mounted = spawnSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${DISK.megabytes}m`,
    'tmpfs',
    disk,
  ])
  if (mounted.status !== 0)
    return {
      strikes: [],
      note: `skipped: no tmpfs can be mounted here (${String(mounted.stderr).trim()})`,
    }
  releases.defer(() => {
    spawnSync('umount', ['-l', disk])
  })
  try {
    giveFolder(disk, 0o755)
    const small = await createRedisServer(releases, {
      folder: join(disk, 'redis'),
      logFolder: cluster.folder,
    })
    await small.start()
    cluster.redisLine.moveTo(small.port)
    await sleep(2_000)
    let refused = 0
    const strikes = await strikeMidStream(stage, {
      strike: async () => {
        spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=1M'])
        const until = Date.now() + DISK.fullForMs
        while (Date.now() < until) {
          const reply = await small.command('SET', 'filler', 'x'.repeat(1_000))
          if (reply.includes('MISCONF')) refused++
          await sleep(100)
        }
        spawnSync('rm', ['-f', join(disk, 'filler')])
      },
    })
    return {
      strikes: refused === 0 ? strikes.map((strike) => ({ ...strike, touched: [] })) : strikes,
      figures: [{ name: 'writes of ours refused', value: refused, unit: 'writes' }],
    }
  } finally {
    cluster.redisLine.moveTo(cluster.redis.port)
    await releases.disposeAsync()
  }
}
