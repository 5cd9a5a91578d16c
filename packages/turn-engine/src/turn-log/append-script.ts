import type { Redis } from 'ioredis'

/**
 * Appends entries where the log ends as its writer believes, as one step. `stale`: someone has written at or after
 * these ids. `ahead`: so has this writer itself, whose log begins anew; an append that it had given up did arrive.
 * `missing`: the log, or its tail (a Redis that restarts may come back without its last second), is gone; to append
 * behind a hole would leave readers with a text that was never written.
 */
const APPEND = `
local first_epoch, first_seq = tonumber(ARGV[1]), tonumber(ARGV[2])
local begins, ttl_seconds, channel = ARGV[3] == '1', ARGV[4], ARGV[5]
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if last then
  local epoch, seq = string.match(last[1], '(%d+)-(%d+)')
  epoch, seq = tonumber(epoch), tonumber(seq)
  if epoch > first_epoch then return 'stale' end
  if epoch == first_epoch and seq >= first_seq then return begins and 'ahead' or 'stale' end
  local before = epoch == first_epoch and seq or 0
  if not begins and before ~= first_seq - 1 then return 'missing' end
elseif not begins then
  return 'missing'
end
for index = 6, #ARGV do
  redis.call('XADD', KEYS[1], ARGV[1] .. '-' .. string.format('%d', first_seq + index - 6), 'frame', ARGV[index])
end
if begins then redis.call('EXPIRE', KEYS[1], ttl_seconds) end
redis.call('PUBLISH', channel, 'log')
return 'accepted'
`

interface Appending {
  appendToTurnLog(
    key: string,
    epoch: number,
    seq: number,
    begins: 0 | 1,
    ttlSeconds: number,
    channel: string,
    ...frames: string[]
  ): Promise<'accepted' | 'stale' | 'ahead' | 'missing'>
}

/** Gives `redis` the command; it is sent by its digest, and whole again after Redis has restarted. */
export function withAppendCommand(redis: Redis): Redis & Appending {
  redis.defineCommand('appendToTurnLog', { numberOfKeys: 1, lua: APPEND })
  return redis as Redis & Appending
}
