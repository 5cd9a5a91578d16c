import { defineScript } from '../shared/script.ts'
import type { ScriptCall } from '../shared/script.ts'
import { RECOVERY_MS } from './pauses.ts'
import type { SharedPause } from './pauses.ts'

const PAUSES_KEY = 'router:quota:pauses'

/**
 * KEYS[1] is a hash of scope → `until factor` for replicas that missed the message or were not there yet. It is
 * small: providers that say 429 are few, and each entry goes when nothing of it is left.
 */
const PAUSES = defineScript(`
local recovery = tonumber(ARGV[2])
local scope, left, factor = ARGV[3], tonumber(ARGV[4]), ARGV[5]
if scope then
  redis.call('HSET', KEYS[1], scope, string.format('%d %s', now + left, factor))
  redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), left + recovery))
end
local pauses = {}
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local untilMs, share = string.match(entries[i + 1], '^(%d+) (%S+)$')
  if not untilMs or now - untilMs > recovery then
    redis.call('HDEL', KEYS[1], entries[i])
  else
    pauses[#pauses + 1] = { entries[i], untilMs - now, share }
  end
end
return pauses
`)

/** Records one, if given, and answers with all. */
export function pauseCall(options: {
  pause?: SharedPause
  sharedNowMs: number | undefined
}): ScriptCall {
  const { pause, sharedNowMs } = options
  const recorded = pause === undefined ? [] : [pause.scopeId, Math.ceil(pause.leftMs), pause.factor]
  return {
    script: PAUSES,
    keys: [PAUSES_KEY],
    values: [sharedNowMs ?? '', RECOVERY_MS, ...recorded],
  }
}

/** @throws where the reply is not that of the script */
export function pauseAnswer(reply: unknown): SharedPause[] {
  if (!Array.isArray(reply)) throw new TypeError('redis answered an order with something else')
  return (reply as readonly (readonly [string, number, string])[]).map(
    ([scopeId, leftMs, factor]) => ({ scopeId, leftMs, factor: Number(factor) }),
  )
}
