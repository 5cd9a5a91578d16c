import { defineScript } from '../shared/script.ts'
import type { ScriptCall } from '../shared/script.ts'
import { SLOTS_MS, coldSlots } from './cold-slots.ts'
import type { SlotAnswer, SlotOrder } from './slot-order.ts'

/**
 * KEYS[1] is a hash of replica → `held wanted until`. What a replica was allowed stays held until its next order says
 * that it uses less: it may start calls while an answer that allows it fewer is on its way. Where more is wanted than
 * there is, each may have its share of what is wanted, so that whoever came first gives way as its calls end.
 */
const SLOTS = defineScript(`
local replica, limit, replicas = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local using, wanted = tonumber(ARGV[5]), tonumber(ARGV[6])
local cold, lasting = tonumber(ARGV[7]), tonumber(ARGV[8])

local others, othersWant = 0, 0
local kept = cold * (replicas - 1)
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  if entries[i] ~= replica then
    local held, want, untilMs = string.match(entries[i + 1], '^(%d+) (%d+) (%d+)$')
    if not untilMs or tonumber(untilMs) <= now then
      redis.call('HDEL', KEYS[1], entries[i])
    else
      others = others + held
      othersWant = othersWant + want
      kept = kept - math.min(cold, held)
    end
  end
end
kept = math.min(math.max(0, kept), math.floor(limit / 4))

local allowed = math.min(wanted, limit - others - kept)
if wanted + othersWant > limit then
  allowed = math.min(allowed, math.max(1, math.floor(limit * wanted / (wanted + othersWant))))
end
allowed = math.max(0, allowed)

if wanted > 0 then
  local held = math.max(using, allowed)
  redis.call('HSET', KEYS[1], replica, string.format('%d %d %d', held, wanted, now + lasting))
else
  redis.call('HDEL', KEYS[1], replica)
end
redis.call('PEXPIRE', KEYS[1], lasting)
return { allowed, others }
`)

export function slotCall(options: {
  order: SlotOrder
  scopeId: string
  replicaId: string
  sharedNowMs: number | undefined
}): ScriptCall {
  const { order, scopeId, replicaId, sharedNowMs } = options
  const { limit, replicas, using, wanted } = order
  const cold = coldSlots(limit, replicas)
  return {
    script: SLOTS,
    keys: [`router:quota:{${scopeId}}:calls`],
    values: [sharedNowMs ?? '', replicaId, limit, replicas, using, wanted, cold, SLOTS_MS],
  }
}

/** @throws where the reply is not that of the script */
export function slotAnswer(reply: unknown): SlotAnswer {
  if (!Array.isArray(reply)) throw new TypeError('redis answered an order with something else')
  const [allowed = 0, others = 0] = reply.map(Number)
  return { allowed, others }
}
