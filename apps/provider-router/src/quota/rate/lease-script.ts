import { defineScript } from '../shared/script.ts'
import type { ScriptCall } from '../shared/script.ts'
import type { LeaseAnswer, LeaseOrder } from './lease-order.ts'
import { LEASE_MS, WINDOW_MS } from './rate-terms.ts'

/**
 * Redis counts by buckets of a quarter of a second. A lease is used within `LEASE_MS` after it was counted, so what
 * counts until `WINDOW_MS + LEASE_MS` have passed is at least what was used in any window.
 */
const BUCKET_MS = 250
const KEPT_BUCKETS = Math.ceil((WINDOW_MS + LEASE_MS) / BUCKET_MS)

/**
 * KEYS[1] is a hash of bucket → amount with their `total` and the `first` of them, so that each bucket is added once
 * and taken off once; KEYS[2] is this replica's last order and its answer. No loop is longer than the buckets kept.
 */
const LEASE = defineScript(`
local counts, last = KEYS[1], KEYS[2]
local number, width, kept = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local leasable, want, need = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local bookings, returns = cjson.decode(ARGV[8]), cjson.decode(ARGV[9])

local current = math.floor(now / width)
local oldest = current - kept
local counted = redis.call('HGET', counts, 'total')
local total = tonumber(counted or 0)
local first = tonumber(redis.call('HGET', counts, 'first') or current)
for bucket = first, math.min(oldest - 1, first + kept) do
  local amount = redis.call('HGET', counts, bucket)
  if amount then
    total = total - amount
    redis.call('HDEL', counts, bucket)
  end
end
first = math.max(first, oldest)

local function count(bucket, amount)
  if bucket < oldest or amount == 0 then return end
  redis.call('HINCRBY', counts, bucket, amount)
  total = total + amount
  first = math.min(first, bucket)
end

local answered = redis.call('GET', last)
-- Either may have been lost, to a restart or for want of memory.
local isRemembered = answered and counted
local knownNumber, granted, countedAt = string.match(answered or '', '^(%d+) (%d+) (%d+)$')
if knownNumber == number then
  granted = tonumber(granted)
  countedAt = tonumber(countedAt)
else
  countedAt = now
  -- What was counted for a replica that is not known is not counted any more.
  if isRemembered then
    for i = 1, #returns, 2 do count(returns[i], -returns[i + 1]) end
  end
  for i = 1, #bookings, 2 do count(math.floor((now - bookings[i]) / width), bookings[i + 1]) end
  granted = math.max(0, math.min(want, leasable - total))
  -- A lease that serves nobody would only keep others from it.
  if granted < need then granted = 0 end
  count(current, granted)
  redis.call('SET', last, string.format('%s %d %d', number, granted, countedAt))
end
redis.call('HSET', counts, 'total', total, 'first', first)
redis.call('PEXPIRE', counts, (kept + 2) * width)
redis.call('PEXPIRE', last, (kept + 2) * width)

local missing = math.max(1, need - granted)
local room = leasable - total
local wait = 0
if room < missing then
  wait = (kept + 1) * width
  for bucket = first, current do
    room = room + (redis.call('HGET', counts, bucket) or 0)
    if room >= missing then
      wait = (bucket + kept + 1) * width - now
      break
    end
  end
end
return { granted, countedAt, total, wait, isRemembered and 1 or 0 }
`)

export function leaseCall(options: {
  order: LeaseOrder
  scopeId: string
  kind: 'requests' | 'tokens'
  replicaId: string
  sharedNowMs: number | undefined
}): ScriptCall {
  const { order, scopeId, kind, replicaId, sharedNowMs } = options
  // The braces keep both keys on one node of a Redis cluster.
  const counts = `router:quota:{${scopeId}}:${kind}`
  return {
    script: LEASE,
    keys: [counts, `${counts}:${replicaId}`],
    values: [
      sharedNowMs ?? '',
      order.number,
      BUCKET_MS,
      KEPT_BUCKETS,
      order.leasable,
      order.want,
      order.need,
      JSON.stringify(order.bookings.flatMap(({ atMs, amount }) => [ageMs(order, atMs), amount])),
      JSON.stringify(order.returns.flatMap(({ bucket, amount }) => [bucket, amount])),
    ],
  }
}

/** @throws where the reply is not that of the script */
export function leaseAnswer(order: LeaseOrder, reply: unknown): LeaseAnswer {
  if (!Array.isArray(reply)) throw new TypeError('redis answered an order with something else')
  const [granted = 0, countedAt = 0, total = 0, waitMs = 0, remembered = 0] = reply.map(Number)
  return {
    granted,
    bucket: Math.floor(countedAt / BUCKET_MS),
    bookingBuckets: order.bookings.map(({ atMs }) =>
      Math.floor((countedAt - ageMs(order, atMs)) / BUCKET_MS),
    ),
    total,
    waitMs,
    isRemembered: remembered === 1,
  }
}

function ageMs(order: LeaseOrder, atMs: number): number {
  return Math.max(0, Math.round(order.sentAtMs - atMs))
}
