import type { LimitName } from '@brainlyx/chat-contract'
import { answersKey } from '@brainlyx/turn-engine'
import type { Allowance } from './allowance.ts'
import { dayOf } from './day.ts'
import type { Limited } from './limited.ts'
import type { BucketCheck, SlotsCheck, WindowCheck } from './store/limit-check.ts'

/** A bucket for the user, one for the address, or both. */
export function bucketsOf(
  limited: Limited,
  name: Extract<LimitName, 'requests' | 'critical-requests'>,
): BucketCheck[] {
  return holders(limited).map(({ holder, allowance }) => ({
    kind: 'bucket',
    name,
    key: `limit:${name}:${holder}`,
    capacity: allowance.requestBurst,
    perMinute: allowance.requestsPerMinute,
    cost: 1,
  }))
}

/** Stands for no limit: still counted, so that a limit that comes during the day finds what was used before. */
export const UNLIMITED = 1_000_000_000_000

/** Of today, by UTC. */
export function messagesOf(limited: Limited, nowMs: number): WindowCheck[] {
  const day = dayOf(nowMs)
  return holders(limited).map(({ holder, allowance }) => ({
    kind: 'window',
    name: 'messages',
    key: `limit:messages:${holder}:${day.name}`,
    limit: allowance.messagesPerDay ?? UNLIMITED,
    cost: 1,
    endsAtMs: day.endsAtMs,
  }))
}

/** An answer holds its place under its turn's id until it has ended. */
export function answersOf({ subject, allowance }: Limited, leaseId: string): SlotsCheck[] {
  if (subject.user === undefined) return []
  const key = answersKey(subject.user)
  return [{ kind: 'slots', name: 'answers', key, limit: allowance.answersAtOnce, leaseId }]
}

export function readersOf({ subject, allowance }: Limited, leaseId: string): SlotsCheck[] {
  if (subject.user === undefined) return []
  const key = `limit:readers:${subject.user}`
  return [{ kind: 'slots', name: 'readers', key, limit: allowance.readersAtOnce, leaseId }]
}

function holders({ subject, allowance, shared }: Limited): {
  holder: string
  allowance: Allowance
}[] {
  const { user, address } = subject
  return [
    ...(user === undefined ? [] : [{ holder: user, allowance }]),
    ...(address === undefined ? [] : [{ holder: address, allowance: shared }]),
  ]
}
