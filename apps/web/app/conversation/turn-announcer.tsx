import type { LiveTurn } from '../turn-stream/live-turn.ts'

/** Tells a screen reader that an answer begins and ends, not each of its words. */
export function TurnAnnouncer({ turn }: { turn: LiveTurn | null }) {
  return <output className="visually-hidden">{turn === null ? '' : announcement(turn)}</output>
}

function announcement(turn: LiveTurn): string {
  if (turn.phase === 'reconnecting') return 'Reconnecting.'
  if (turn.phase === 'waiting') return 'Your message waits for its turn.'
  if (turn.phase !== 'ended')
    return turn.parts.length === 0 ? 'Sent.' : 'The answer is being written.'
  if (turn.finish === 'failed') return 'The answer failed.'
  return turn.finish === 'stopped' ? 'Stopped.' : 'The answer is complete.'
}
