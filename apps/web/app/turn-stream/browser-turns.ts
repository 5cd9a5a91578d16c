import { useSyncExternalStore } from 'react'
import { followTurn, problemOf, queueTurn, signInAsGuest, startTurn } from '../api/browser-api.ts'
import type { LiveTurn } from './live-turn.ts'
import { readFrames } from './read-frames.ts'
import { TurnStore } from './turn-store.ts'
import type { OutgoingMessage } from './turn-store.ts'
import { sleepUntilOnline } from './sleep-until-online.ts'

/** A hidden page gets no animation frames; its answer goes on at this pace. */
const HIDDEN_FRAME_MS = 250

/** This tab's turns. On the server nothing is ever sent through it. */
export const turns = new TurnStore({
  startTurn,
  queueTurn,
  followTurn,
  signInAsGuest,
  read: readFrames,
  problemOf,
  now: () => Date.now(),
  random: Math.random,
  sleep: sleepUntilOnline,
  onNextFrame: (task) => {
    if (document.hidden) setTimeout(task, HIDDEN_FRAME_MS)
    else requestAnimationFrame(task)
  },
})

export function useLatestTurn(chatId: string | null): LiveTurn | null {
  return useSyncExternalStore(
    turns.subscribe,
    () => turns.latest(chatId),
    () => null,
  )
}

export function useOutgoing(chatId: string | null): readonly OutgoingMessage[] {
  return useSyncExternalStore(
    turns.subscribe,
    () => turns.outgoing(chatId),
    () => NONE,
  )
}

const NONE: readonly OutgoingMessage[] = []
