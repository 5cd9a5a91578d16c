import type { Finding } from './check-turns.ts'
import type { SeenFrame, TurnHistory } from './history.ts'

/** I5 and I7: ids rise without gap or repeat across resumes, and nothing of another turn is in the bytes. */
export function checkFrames(history: TurnHistory, all: readonly TurnHistory[]): Finding[] {
  return [...checkIds(history), ...checkForeign(history, all)]
}

function checkIds({ turnId, calls, frames }: TurnHistory): Finding[] {
  const findings: Finding[] = []
  let before: { call: number; epoch: number; seq: number } | undefined
  for (const seen of frames) {
    if (seen.id === null) continue
    const [epoch = 0, seq = 0] = seen.id.split('-').map(Number)
    // A call without a cursor begins anew; the user made one only before it had seen anything.
    const isResumed = before?.call === seen.call || calls[seen.call]?.lastEventId !== undefined
    if (before !== undefined && isResumed) {
      const from = `${before.epoch}-${before.seq} to ${seen.id} (${seen.frame.type})`
      if (epoch < before.epoch || (epoch === before.epoch && seq <= before.seq))
        findings.push({ violation: 'repeat', turnId, detail: from })
      else if (isGap(before, { epoch, seq }, seen))
        findings.push({ violation: 'gap', turnId, detail: from })
    }
    before = { call: seen.call, epoch, seq }
  }
  return findings
}

/** A snapshot replaces what was missed. */
function isGap(
  before: { epoch: number; seq: number },
  { epoch, seq }: { epoch: number; seq: number },
  { frame }: SeenFrame,
): boolean {
  if (frame.type === 'answer-snapshot') return false
  return epoch === before.epoch ? seq !== before.seq + 1 : true
}

function checkForeign(
  { turnId, user, frames }: TurnHistory,
  all: readonly TurnHistory[],
): Finding[] {
  const bytes = frames.map(({ frame }) => JSON.stringify(frame)).join('\n')
  const isForeign = (other: TurnHistory): boolean =>
    other.user !== user &&
    [other.turnId, other.marker, other.chatId].some(
      (word) => word !== undefined && bytes.includes(word),
    )
  return all
    .filter(isForeign)
    .map((other) => ({ violation: 'foreign' as const, turnId, detail: `holds ${other.turnId}` }))
}
