import type { MessagePart, Problem } from '@brainlyx/chat-contract'
import type { TurnRequest } from '../api/browser-api.ts'
import { applyFrame, isRunning, newLiveTurn } from './live-turn.ts'
import type { LiveTurn } from './live-turn.ts'
import { readTurn } from './turn-reader.ts'
import type { TurnReaderOptions } from './turn-reader.ts'

export interface TurnStoreDependencies extends Pick<
  TurnReaderOptions,
  'read' | 'problemOf' | 'sleep' | 'random'
> {
  startTurn: (turn: TurnRequest, signal: AbortSignal) => Promise<Response>
  followTurn: (turnId: string, cursor: string | undefined, signal: AbortSignal) => Promise<Response>
  signInAsGuest: (signal: AbortSignal) => Promise<Response>
  now: () => number
  /** Runs `task` when the next picture is due; deltas until then become one change. */
  onNextFrame: (task: () => void) => void
}

/** Of a question that begins a chat, until the chat is there. */
const NEW_CHAT = 'new'

/**
 * The turns of this tab, outside of any component: an answer goes on arriving while its reader walks from page to
 * page. Only leaving the site ends the reading, and even that does not stop the turn.
 */
export class TurnStore {
  readonly #dependencies: TurnStoreDependencies
  readonly #listeners = new Set<() => void>()
  /** What is known, and what was last shown of it. */
  readonly #current = new Map<string, LiveTurn>()
  readonly #shown = new Map<string, LiveTurn>()
  readonly #byChat = new Map<string, string>()
  #scheduled = false

  constructor(dependencies: TurnStoreDependencies) {
    this.#dependencies = dependencies
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The last turn of a chat in this tab; of the chat being made for `null`. */
  latest(chatId: string | null): LiveTurn | null {
    const turnId = this.#byChat.get(chatId ?? NEW_CHAT)
    return turnId === undefined ? null : (this.#shown.get(turnId) ?? null)
  }

  /** Sends a question. @param asGuest whether there is nobody yet, so that a guest must be made first. */
  send(request: TurnRequest & { asGuest: boolean }): void {
    const { asGuest, ...turn } = request
    const { turnId, chatId, model } = turn
    this.#begin(newLiveTurn({ turnId, chatId, model, question: turn.text }))
    let isGuest = !asGuest
    let started = false
    void this.#read(turnId, async (cursor, signal) => {
      if (!isGuest) {
        const answer = await this.#dependencies.signInAsGuest(signal)
        if (!answer.ok) return answer
        isGuest = true
      }
      // The same id again is the same turn, so a lost response costs nothing. Once a frame has come, follow.
      started ||= cursor !== undefined
      return started
        ? this.#dependencies.followTurn(turnId, cursor, signal)
        : this.#dependencies.startTurn(turn, signal)
    })
  }

  /** Reads a turn that runs already. @param seen what the page was made with. */
  attach(
    turn: { turnId: string; chatId: string; model: string },
    seen?: { parts: readonly MessagePart[]; cursor: string | undefined },
  ): void {
    if (this.#current.has(turn.turnId)) return
    this.#begin(newLiveTurn({ ...turn, question: null }, seen))
    void this.#read(turn.turnId, (cursor, signal) =>
      this.#dependencies.followTurn(turn.turnId, cursor ?? seen?.cursor, signal),
    )
  }

  /** The new chat has its own page now. */
  leaveNewChat(): void {
    const turnId = this.#byChat.get(NEW_CHAT)
    if (turnId === undefined || this.#current.get(turnId)?.phase === 'sending') return
    this.#byChat.delete(NEW_CHAT)
    this.#notify()
  }

  /** A failed turn is no longer shown. */
  dismiss(chatId: string | null): void {
    if (isRunning(this.latest(chatId))) return
    this.#byChat.delete(chatId ?? NEW_CHAT)
    this.#notify()
  }

  #begin(live: LiveTurn): void {
    const key = live.chatId ?? NEW_CHAT
    const previous = this.#byChat.get(key)
    if (previous !== undefined) this.#forget(previous)
    this.#byChat.set(key, live.turnId)
    this.#change(live)
    this.#show()
  }

  async #read(
    turnId: string,
    open: (cursor: string | undefined, signal: AbortSignal) => Promise<Response>,
  ): Promise<void> {
    const { now, read, problemOf, sleep, random } = this.#dependencies
    const end = await readTurn({
      open,
      read,
      problemOf,
      sleep,
      random,
      signal: new AbortController().signal,
      onFrame: ({ id, frame }) => {
        const before = this.#current.get(turnId)!
        const after = applyFrame(before, frame, now())
        this.#change({ ...after, cursor: id ?? before.cursor })
        const isDelta = frame.type === 'text-delta' || frame.type === 'reasoning-delta'
        if (isDelta) this.#showSoon()
        else this.#show()
      },
      onReconnecting: () => {
        this.#change({ ...this.#current.get(turnId)!, phase: 'reconnecting' })
        this.#show()
      },
    })
    if (!end.ended) this.#fail(turnId, end.problem)
  }

  #forget(turnId: string): void {
    if (isRunning(this.#current.get(turnId) ?? null)) return
    this.#current.delete(turnId)
    this.#shown.delete(turnId)
  }

  #fail(turnId: string, problem: Problem): void {
    this.#change({ ...this.#current.get(turnId)!, phase: 'ended', finish: 'failed', problem })
    this.#show()
  }

  #change(turn: LiveTurn): void {
    this.#current.set(turn.turnId, turn)
    if (turn.chatId !== null) this.#byChat.set(turn.chatId, turn.turnId)
  }

  #showSoon(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#dependencies.onNextFrame(() => {
      this.#scheduled = false
      this.#show()
    })
  }

  #show(): void {
    for (const [turnId, turn] of this.#current) this.#shown.set(turnId, turn)
    this.#notify()
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }
}
