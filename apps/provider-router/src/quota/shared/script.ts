import type { Redis } from 'ioredis'
import { createHash } from 'node:crypto'

/** Lua that Redis knows by its digest once it has seen it. */
export interface Script {
  readonly lua: string
  readonly sha1: string
}

export interface ScriptCall {
  readonly script: Script
  readonly keys: readonly string[]
  readonly values: readonly (string | number)[]
}

/** Milliseconds by the clock of Redis, the only one that all replicas share; ARGV[1] where a test gives it. */
const CLOCK = `
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
`

/** @param lua finds the time in \`now\`, and its values from ARGV[2] on */
export function defineScript(lua: string): Script {
  const whole = CLOCK + lua
  return { lua: whole, sha1: createHash('sha1').update(whole).digest('hex') }
}

/**
 * All of them in one round trip.
 * @returns each one's reply, or the Error that it ended with
 * @throws where Redis does not answer
 */
export async function runScripts(redis: Redis, calls: readonly ScriptCall[]): Promise<unknown[]> {
  const replies = await runByDigest(redis, calls)
  // A restarted Redis knows none of them; one that it does not know has done nothing.
  const unknown = calls.filter((_call, index) => isUnknownScript(replies[index]))
  if (unknown.length === 0) return replies
  for (const { lua } of new Set(unknown.map(({ script }) => script))) {
    await redis.script('LOAD', lua)
  }
  const again = await runByDigest(redis, unknown)
  return replies.map((reply) => (isUnknownScript(reply) ? again.shift() : reply))
}

async function runByDigest(redis: Redis, calls: readonly ScriptCall[]): Promise<unknown[]> {
  const pipeline = redis.pipeline()
  for (const { script, keys, values } of calls) {
    pipeline.evalsha(script.sha1, keys.length, ...keys, ...values)
  }
  const replies = (await pipeline.exec()) ?? []
  const failures = replies.filter(([error]) => error !== null && error.name !== 'ReplyError')
  if (failures.length > 0) throw failures[0]![0]!
  return replies.map(([error, reply]) => error ?? reply)
}

function isUnknownScript(reply: unknown): boolean {
  return reply instanceof Error && reply.message.startsWith('NOSCRIPT')
}
