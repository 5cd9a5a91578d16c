import type { MessagePart, Problem } from '@brainlyx/chat-contract'
import type { TurnRequest } from '../api/browser-api.ts'
import { applyFrame, isRunning, newLiveTurn } from './live-turn.ts'
import type { LiveTurn } from './live-turn.ts'
import { Patience } from './patience.ts'
import { readTurn } from './turn-reader.ts'
import type { ReadingEnd, TurnReaderOptions } from './turn-reader.ts'

export interface TurnStoreDependencies extends Pick<
  TurnReaderOptions,
  'read' | 'problemOf' | 'sleep' | 'random'
> {
  startTurn: (turn: TurnRequest, signal: AbortSignal) => Promise<Response>
  /** The same, answered as soon as the server has it. */
  queueTurn: (turn: TurnRequest, signal: AbortSignal) => Promise<Response>
  followTurn: (turnId: string, cursor: string | undefined, signal: AbortSignal) => Promise<Response>
  signInAsGuest: (signal: AbortSignal) => Promise<Response>
  now: () => number
  /** Runs `task` when the next picture is due; deltas until then become one change. */
  onNextFrame: (task: () => void) => void
}

/** A message on its way to a busy chat. */
export interface OutgoingMessage {
  readonly turnId: string
  /** null: an earlier message is to be answered anew. */
  readonly text: string | null
  readonly reconnecting: boolean
}

const NOTHING: readonly OutgoingMessage[] = []

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
  readonly #outgoing = new Map<string, readonly OutgoingMessage[]>()
  /** Of each chat, what was sent last: the next message waits until the server has it, which keeps them in order. */
  readonly #lastSent = new Map<string, Promise<unknown>>()
  readonly #unsettled = new Set<string>()
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

  /** What this tab has sent to busy chats and is not on their page yet, first to be sent first. */
  outgoing(chatId: string | null): readonly OutgoingMessage[] {
    return (chatId === null ? undefined : this.#outgoing.get(chatId)) ?? NOTHING
  }

  /** Whether this tab is still trying to tell the server of a turn. */
  isSending(turnId: string): boolean {
    return this.#unsettled.has(turnId)
  }

  /**
   * Starts a turn and reads its answer. Until the server has it, it is asked for again under the same id, so that a
   * lost response doubles nothing.
   * @param request `asGuest`: there is nobody yet, so that a guest must be made first.
   * @returns once the server has it: null; or why it will not take it
   */
  send(request: TurnRequest & { asGuest: boolean }): Promise<Problem | null> {
    const { asGuest, ...turn } = request
    const { turnId, chatId, model } = turn
    const follows = turn.answerTo ?? turn.parentId
    const userMessageId = turn.answerTo ?? null
    const question = turn.text ?? null
    const live = { turnId, chatId, model, question, follows, userMessageId, inPlace: true }
    this.#begin(newLiveTurn(live))
    let isGuest = !asGuest
    const sent = this.#read(turnId, async (cursor, signal) => {
      if (!isGuest) {
        const answer = await this.#dependencies.signInAsGuest(signal)
        if (!answer.ok) return answer
        isGuest = true
      }
      // Once a frame has come, follow.
      return cursor === undefined
        ? this.#dependencies.startTurn(turn, signal)
        : this.#dependencies.followTurn(turnId, cursor, signal)
    })
    if (chatId !== null) this.#lastSent.set(chatId, sent)
    return this.#whileUnsettled(turnId, sent)
  }

  /**
   * Puts a turn in the line of a chat that is busy. No stream is opened: a browser has six connections a site.
   * @returns once the server has it: null; or why it will not take it. Shown until {@link settle}.
   */
  joinLine(request: TurnRequest & { chatId: string }): Promise<Problem | null> {
    const { turnId, chatId, text = null } = request
    this.#setOutgoing(chatId, [...this.outgoing(chatId), { turnId, text, reconnecting: false }])
    const before = this.#lastSent.get(chatId)
    const sent = Promise.resolve(before).then(() => this.#queue(request))
    this.#lastSent.set(chatId, sent)
    return this.#whileUnsettled(turnId, sent)
  }

  async #whileUnsettled<Result>(turnId: string, sent: Promise<Result>): Promise<Result> {
    this.#unsettled.add(turnId)
    try {
      return await sent
    } finally {
      this.#unsettled.delete(turnId)
    }
  }

  async #queue(request: TurnRequest & { chatId: string }): Promise<Problem | null> {
    const { turnId, chatId } = request
    const { problemOf, sleep, random, queueTurn } = this.#dependencies
    const patience = new Patience({
      problemOf,
      sleep,
      random,
      signal: new AbortController().signal,
      onReconnecting: () =>
        this.#setOutgoing(
          chatId,
          this.outgoing(chatId).map((message) =>
            message.turnId === turnId ? { ...message, reconnecting: true } : message,
          ),
        ),
    })
    const answered = await patience.ask((signal) => queueTurn(request, signal))
    return answered.ok ? null : answered.problem
  }

  /** A message that was put in line is on the page by now, or was refused. */
  settle(chatId: string, turnId: string): void {
    this.#setOutgoing(
      chatId,
      this.outgoing(chatId).filter((message) => message.turnId !== turnId),
    )
  }

  /** Reads a turn that runs already. @param seen what the page was made with. */
  attach(
    turn: { turnId: string; chatId: string; model: string; userMessageId: string | null },
    seen?: { parts: readonly MessagePart[]; cursor: string | undefined },
  ): void {
    const known = this.#current.get(turn.turnId)
    if (known !== undefined && known.phase !== 'waiting') return
    this.#begin(newLiveTurn({ ...turn, question: null }, seen))
    void this.#read(
      turn.turnId,
      (cursor, signal) => this.#dependencies.followTurn(turn.turnId, cursor, signal),
      seen?.cursor,
    )
  }

  /** The new chat has its own page now. */
  leaveNewChat(): void {
    const turnId = this.#byChat.get(NEW_CHAT)
    if (turnId === undefined || this.#current.get(turnId)?.phase === 'sending') return
    this.#byChat.delete(NEW_CHAT)
    this.#notify()
  }

  /** From now on what is stored decides what the page shows: its reader turned to another branch, or the turn ended. */
  yieldPlace(chatId: string): void {
    const turnId = this.#byChat.get(chatId)
    const turn = turnId === undefined ? undefined : this.#current.get(turnId)
    if (turn === undefined || !turn.inPlace) return
    this.#change({ ...turn, inPlace: false })
    this.#show()
  }

  /** A turn that has ended, or waits, is no longer shown by this tab. */
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

  #read(
    turnId: string,
    open: (cursor: string | undefined, signal: AbortSignal) => Promise<Response>,
    from?: string,
  ): Promise<Problem | null> {
    const { now, read, problemOf, sleep, random } = this.#dependencies
    const { promise, resolve } = Promise.withResolvers<Problem | null>()
    const reading = new AbortController()
    const ended = readTurn({
      open,
      read,
      problemOf,
      sleep,
      random,
      cursor: from,
      signal: reading.signal,
      onFrame: ({ id, frame }) => {
        resolve(null)
        const before = this.#current.get(turnId)!
        const after = applyFrame(before, frame, now())
        this.#change({ ...after, cursor: id ?? before.cursor })
        const isDelta = frame.type === 'text-delta' || frame.type === 'reasoning-delta'
        if (isDelta) this.#showSoon()
        else this.#show()
        if (after.phase === 'waiting') reading.abort()
      },
      onReconnecting: () => {
        this.#change({ ...this.#current.get(turnId)!, phase: 'reconnecting' })
        this.#show()
      },
    })
    void this.#settleReading(turnId, ended).then(resolve)
    return promise
  }

  async #settleReading(turnId: string, ended: Promise<ReadingEnd>): Promise<Problem | null> {
    try {
      const end = await ended
      if (end.ended) return null
      this.#fail(turnId, end.problem)
      return end.problem
    } catch {
      // It waits in line, where its stream is not read.
      return null
    }
  }

  #setOutgoing(chatId: string, messages: readonly OutgoingMessage[]): void {
    this.#outgoing.set(chatId, messages)
    this.#notify()
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
    // The chat that a first message has just made.
    if (turn.chatId !== null && !this.#byChat.has(turn.chatId)) {
      this.#byChat.set(turn.chatId, turn.turnId)
    }
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
