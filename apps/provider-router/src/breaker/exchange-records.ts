import type { Redis } from 'ioredis'
import { z } from 'zod'
import { BreakerRecord } from './breaker-record.ts'

const STANDINGS = 'router:breakers:standings'
const CHANGES = 'router:breakers:changes'
const PROBES = 'router:breakers:probes'

/** A replica that has died gives its right to probe back after this long; others renew it every second. */
const PROBE_LEASE_MS = 10_000
const KEPT_FOR_MS = 3_600_000
const KEPT_AT_MOST = 1_000

/**
 * Keeps what is newer than what is kept, grants the right to probe to one replica at a time, and tells what has changed
 * since the last time, all in one step. By id, `standings` holds version, time, state, times opened and good probes;
 * `changes` when it changed, in microseconds that only ever rise; `probes` until when the right to probe is given, and
 * to whom. Times are those of Redis.
 */
const EXCHANGE = `
local standings, changes, probes = KEYS[1], KEYS[2], KEYS[3]
local request = cjson.decode(ARGV[1])
local leaseMs, keptMs, keptAtMost = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local stamp = tonumber(redis.call('ZREVRANGE', changes, 0, 0, 'WITHSCORES')[2] or 0)

local function keptVersion(id)
  local kept = redis.call('HGET', standings, id)
  return kept and tonumber(string.match(kept, '^%d+')) or 0
end

for _, put in ipairs(request.puts) do
  if put.version > keptVersion(put.id) then
    stamp = math.max(stamp + 1, micros)
    redis.call('HSET', standings, put.id, string.format('%.0f %.0f %s %d %d',
      put.version, now + put.inMs, put.state, put.timesOpened, put.goodProbes))
    redis.call('ZADD', changes, string.format('%.0f', stamp), put.id)
  end
end
if #request.puts > 0 then
  local surplus = redis.call('ZCARD', changes) - keptAtMost
  if surplus > 0 then
    for _, id in ipairs(redis.call('ZRANGE', changes, 0, surplus - 1)) do
      redis.call('HDEL', standings, id)
      redis.call('ZREM', changes, id)
    end
  end
  redis.call('PEXPIRE', standings, keptMs)
  redis.call('PEXPIRE', changes, keptMs)
end

local function holderOf(id)
  local untilMs, holder = string.match(redis.call('HGET', probes, id) or '', '^(%d+) (.*)$')
  return untilMs and tonumber(untilMs) > now and holder or nil
end

for _, id in ipairs(request.releases) do
  if holderOf(id) == request.replicaId then redis.call('HDEL', probes, id) end
end
local granted = {}
for _, claim in ipairs(request.claims) do
  local holder = holderOf(claim.id)
  if (not holder or holder == request.replicaId) and keptVersion(claim.id) <= claim.version then
    redis.call('HSET', probes, claim.id, string.format('%.0f %s', now + leaseMs, request.replicaId))
    table.insert(granted, claim.id)
  end
end
if #granted > 0 then redis.call('PEXPIRE', probes, leaseMs) end

local news = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', changes, string.format('(%.0f', request.since), '+inf')) do
  local kept = redis.call('HGET', standings, id)
  if kept then table.insert(news, { id, kept }) end
end
return { string.format('%.0f', stamp), string.format('%.0f', now), granted, news }
`

const Reply = z.tuple([
  z.coerce.number(),
  z.coerce.number(),
  z.array(z.string()),
  z.array(z.tuple([z.string(), z.string()])),
])

export interface ExchangeRequest {
  readonly replicaId: string
  /** What the last exchange gave as `stamp`; 0: tell everything. */
  readonly since: number
  readonly puts: readonly BreakerRecord[]
  /** To be allowed to probe, or to stay so. Refused where something newer than `version` is kept. */
  readonly claims: readonly { readonly id: string; readonly version: number }[]
  readonly releases: readonly string[]
}

export interface ExchangeReply {
  readonly stamp: number
  readonly granted: readonly string[]
  readonly news: readonly BreakerRecord[]
}

/** @throws as Redis does */
export async function exchangeRecords(
  redis: Redis,
  request: ExchangeRequest,
): Promise<ExchangeReply> {
  const reply = await redis.eval(
    EXCHANGE,
    3,
    STANDINGS,
    CHANGES,
    PROBES,
    JSON.stringify(request),
    PROBE_LEASE_MS,
    KEPT_FOR_MS,
    KEPT_AT_MOST,
  )
  const [stamp, now, granted, news] = Reply.parse(reply)
  return { stamp, granted, news: news.flatMap(([id, kept]) => unpack(id, kept, now)) }
}

/** Nothing where a newer router has put what this one does not understand. */
function unpack(id: string, kept: string, now: number): BreakerRecord[] {
  const [version, at, state, timesOpened, goodProbes] = kept.split(' ')
  const record = BreakerRecord.safeParse({
    id,
    version: Number(version),
    state,
    timesOpened: Number(timesOpened),
    goodProbes: Number(goodProbes),
    inMs: Number(at) - now,
  })
  return record.success ? [record.data] : []
}
