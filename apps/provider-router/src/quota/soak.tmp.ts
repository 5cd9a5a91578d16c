import { createLogger } from '@brainlyx/service-kit'
import { createTestRedis } from '@brainlyx/testkit'
import { connectCoordination } from '../coordination/connect-coordination.ts'
import { createQuotas } from './create-quotas.ts'
import { mostInAMinute } from './quotas-under-test.ts'
const nowMs = () => performance.now()
const logger = createLogger({ service: 'b', level: 'info' })
const redis = await createTestRedis()
const make = () => {
  const coordination = connectCoordination({ redisUrl: redis.url, logger })
  return {
    coordination,
    quotas: createQuotas({ coordination, nowMs, random: Math.random, logger }),
  }
}
const replicas = [make(), make()]
await new Promise((r) => setTimeout(r, 2500))
console.log(replicas.map((r) => [r.coordination.replicaCount, r.coordination.isConnected]))
const scope = { id: 'acc', limits: { requestsPerMinute: 10_000 } }
const log: { atMs: number; amount: number; who: number }[] = []
const start = performance.now()
const due = [0, 0]
let last = start
let worst = 0,
  calls = 0
while (performance.now() - start < 190_000) {
  const now = performance.now()
  const dt = now - last
  last = now
  const rates = now - start < 62_000 ? [100, 66] : [240, 120]
  for (const [i, r] of replicas.entries()) {
    due[i]! += (rates[i]! * dt) / 1000
    for (; due[i]! >= 1; due[i]!--) {
      const t = performance.now()
      const h = r.quotas.reserve([scope], 1)
      worst = Math.max(worst, performance.now() - t)
      calls++
      if ('settle' in h) {
        log.push({ atMs: t, amount: 1, who: i })
        setTimeout(() => h.settle(1), 200)
      }
    }
  }
  await new Promise((r) => setTimeout(r, 2))
}
const steady = log.filter((e) => e.atMs - start > 65_000 && e.atMs - start < 185_000)
console.log({
  calls,
  admitted: log.length,
  most: mostInAMinute(log),
  perMinute: steady.length / 2,
  one: steady.filter((e) => e.who === 0).length / 2,
  two: steady.filter((e) => e.who === 1).length / 2,
  worstReserveMs: worst,
})
for (const r of replicas) {
  r.quotas.close()
  await r.coordination.close()
}
await redis.close()
