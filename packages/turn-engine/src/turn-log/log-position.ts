/**
 * Where a frame stands in its turn's log: `epoch-seq`, also a Redis Stream id and an SSE `id:`. A new owner of a
 * turn writes at a higher epoch, so Redis itself refuses what the old one still sends.
 */
export interface LogPosition {
  readonly epoch: number
  readonly seq: number
}

/** Before everything. */
export const LOG_START = '0-0'

const SHAPE = /^(\d{1,15})-(\d{1,15})$/

export function formatPosition(position: LogPosition): string {
  return `${position.epoch}-${position.seq}`
}

/** undefined where `text`, which a client may have sent, is not a position. */
export function parsePosition(text: string): LogPosition | undefined {
  const match = SHAPE.exec(text)
  return match === null ? undefined : { epoch: Number(match[1]), seq: Number(match[2]) }
}

/** Below, at or above zero as `left` stands before, at or after `right`. Both are well-formed. */
export function comparePositions(left: string, right: string): number {
  const a = parsePosition(left)!
  const b = parsePosition(right)!
  return a.epoch - b.epoch || a.seq - b.seq
}
