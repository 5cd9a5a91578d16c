import { startSimulator } from '@brainlyx/provider-simulator'
import { createTestRedis } from '@brainlyx/testkit'
import { expect, test, vi } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { askRouter, explain, newPrompt } from './ask-router.ts'
import { startReplicasUnderTest } from './replicas-under-test.ts'
vi.setConfig({ testTimeout: 60_000 })
test.each([[100, 50],[1000, 200],[1000, 600], [10000, 1500], [600, 100], [60, 20]])('limit %d burst %d', async (limit, burst) => {
  const simulator = await startSimulator(), redis = await createTestRedis()
  const replicas = await startReplicasUnderTest({ yaml: `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai], limits: { requestsPerMinute: ${limit} } }
deployments:
  - { id: x, provider: openai, model: gpt-4.1 }
`, environment: { SIMULATOR: simulator.url }, redisUrls: [redis.url, redis.url] })
  for (const n of [1, 2]) {
  const t = performance.now()
  const all = await Promise.all(Array.from({ length: burst }, (_, i) => askRouter(replicas[n === 1 ? 0 : i % 2]!, { model: 'x', prompt: newPrompt('hi [tokens:3]') })))
  const bad = all.filter(x => x.status !== 200)
  console.log(limit, burst, n === 1 ? 'one replica' : 'both', 'refused', bad.length, Math.round(performance.now() - t), 'ms')
  if (bad[0]) console.log(JSON.stringify((await explain(replicas[0], bad[0])).steps), bad[0].error?.retryAfterMs)
  await sleep(1000)
  }
  for (const r of replicas) await r.close()
  await redis.close(); await simulator.close()
})
