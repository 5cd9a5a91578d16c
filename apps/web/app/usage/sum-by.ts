import type { UsageDay } from '@brainlyx/chat-contract'

export interface UsageSum {
  readonly key: string
  readonly cost: bigint
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
}

/** Adds up what has the same key, in the order in which keys appear. */
export function sumBy(days: readonly UsageDay[], keyOf: (day: UsageDay) => string): UsageSum[] {
  const sums = new Map<string, UsageSum>()
  for (const each of days) {
    const key = keyOf(each)
    const sum = sums.get(key)
    sums.set(key, {
      key,
      cost: (sum?.cost ?? 0n) + BigInt(each.costPicoUsd),
      calls: (sum?.calls ?? 0) + each.calls,
      inputTokens: (sum?.inputTokens ?? 0) + each.inputTokens,
      outputTokens: (sum?.outputTokens ?? 0) + each.outputTokens,
    })
  }
  return [...sums.values()]
}
