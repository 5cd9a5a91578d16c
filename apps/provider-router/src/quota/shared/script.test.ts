import { createTestRedis } from '@brainlyx/testkit'
import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { defineScript, runScripts } from './script.ts'

test('scripts that Redis has never seen run once each, in order, and an error is that one’s alone', async () => {
  const { client, close } = await createTestRedis()
  onTestFinished(close)
  const count = defineScript(`-- ${randomUUID()}
    return redis.call('INCRBY', KEYS[1], ARGV[2])`)
  const fail = defineScript(`return redis.error_reply('ERR broken')`)
  const calls = [
    { script: count, keys: ['a'], values: ['', 1] },
    { script: fail, keys: [], values: [''] },
    { script: count, keys: ['a'], values: ['', 10] },
  ]
  expect(await runScripts(client, calls)).toEqual([1, expect.any(Error), 11])
  expect(await runScripts(client, calls)).toEqual([12, expect.any(Error), 22])
})

test('no answer is an error', async () => {
  const { client, close } = await createTestRedis()
  onTestFinished(close)
  client.disconnect()
  const script = defineScript(`return 1`)
  await expect(runScripts(client, [{ script, keys: [], values: [''] }])).rejects.toThrow()
})
