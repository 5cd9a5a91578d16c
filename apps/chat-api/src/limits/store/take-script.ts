import type { Redis } from 'ioredis'
import { SLOT_RETRY_MS } from './limit-check.ts'

/**
 * Looks at all checks, and takes from all or none of them, as one step. By Redis' own clock, so that replicas need not
 * agree on the time; in microseconds, since a thousand requests a second are less than one a millisecond apart.
 *
 * KEYS: what was counted before, then one a check. ARGV: the time (0: Redis'), whether only to look, for how many
 * milliseconds the first key is remembered (0: never), how many checks are for what is new; then four a check: its
 * kind and what it needs.
 */
const TAKE = `
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local peek, remember_ms, fresh = ARGV[2] == '1', ARGV[3], tonumber(ARGV[4])
local first, last, repeated = 1, fresh, 0
if remember_ms ~= '0' and redis.call('EXISTS', KEYS[1]) == 1 then
  first, last, repeated = fresh + 1, #KEYS - 1, 1
end
local function whole(number) return string.format('%.0f', number) end

local answer = { 1, repeated, -1 }
local writes = {}
for index = first, last do
  local key = KEYS[index + 1]
  local at = 4 + (index - 1) * 4
  local kind, a, b, c = ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), ARGV[at + 4]
  local used, after, limit, reset, retry
  if kind == 'bucket' then
    local interval, capacity, cost = a, b, tonumber(c)
    local full_at = math.max(tonumber(redis.call('GET', key) or '0'), now)
    -- Nobody owes more than a whole bucket, however slow it was before.
    local most = now + interval * capacity
    if full_at > most + 1 then
      full_at = most
      redis.call('SET', key, whole(full_at), 'PX', whole(math.ceil((full_at - now) / 1000) + 1))
    end
    local full_after = full_at + interval * cost
    limit = capacity
    used = (full_at - now) / interval
    after = (full_after - now) / interval
    reset = full_at - now
    retry = math.max(0, full_after - now - interval * capacity)
    if retry < 1 then retry = 0 end
    writes[#writes + 1] = function()
      redis.call('SET', key, whole(full_after), 'PX', whole(math.ceil((full_after - now) / 1000) + 1))
      return full_after - now
    end
  elseif kind == 'window' then
    local cost = b
    limit = a
    used = tonumber(redis.call('GET', key) or '0')
    after = used + cost
    reset = tonumber(c) - now
    retry = after > limit and reset or 0
    writes[#writes + 1] = function()
      redis.call('INCRBY', key, whole(cost))
      redis.call('PEXPIREAT', key, whole(math.ceil(tonumber(c) / 1000)))
      return reset
    end
  else
    local lease_us, lease = b, c
    limit = a
    used = redis.call('ZCOUNT', key, '(' .. whole(now), '+inf')
    local score = redis.call('ZSCORE', key, lease)
    local held = score and tonumber(score) > now
    after = held and used or used + 1
    reset = 0
    retry = after > limit and not held and ${SLOT_RETRY_MS * 1000} or 0
    writes[#writes + 1] = function()
      redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(now))
      redis.call('ZADD', key, whole(now + lease_us), lease)
      redis.call('PEXPIRE', key, whole(math.ceil(lease_us / 1000)))
      return 0
    end
  end
  if retry > 0 and answer[3] == -1 then
    answer[1], answer[3] = 0, index - first
  end
  local values = { used, after, reset, retry, limit }
  answer[#answer + 1] = values
end
if answer[1] == 1 and not peek then
  for place, write in ipairs(writes) do
    local values = answer[place + 3]
    values[3] = write()
    values[1] = values[2]
  end
  if remember_ms ~= '0' and repeated == 0 then redis.call('SET', KEYS[1], '1', 'PX', remember_ms) end
end
for place = 4, #answer do
  local used, _, reset, retry, limit = unpack(answer[place])
  answer[place] = table.concat({ whole(math.ceil(used - 0.000001)), whole(math.max(0, math.floor(limit - used + 0.000001))), whole(reset), whole(retry) }, ' ')
end
return answer
`

export interface Taking {
  takeFromLimits(
    keyCount: number,
    ...keysAndArguments: (string | number)[]
  ): Promise<[taken: 0 | 1, repeated: 0 | 1, refused: number, ...states: string[]]>
}

/** Gives `redis` the command; it is sent by its digest, and whole again after Redis has restarted. */
export function withTakeCommand(redis: Redis): Redis & Taking {
  redis.defineCommand('takeFromLimits', { lua: TAKE })
  return redis as Redis & Taking
}
