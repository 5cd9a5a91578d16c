import type { Chat } from '@brainlyx/chat-contract'
import { useEffect } from 'react'
import { useRevalidator } from 'react-router'
import { getChat } from '../api/browser-api.ts'
import { announceChatChange, onChatChange } from '../turn-stream/announce-turns.ts'
import { turns } from '../turn-stream/browser-turns.ts'
import { isRunning } from '../turn-stream/live-turn.ts'
import type { LiveTurn } from '../turn-stream/live-turn.ts'
import { waitForTitle } from './wait-for-title.ts'

/** After an end that the page does not know of yet. */
const LOOK_AGAIN_MS = 500

/** Brings the page up to date: after an answer, when another tab changed the chat, and once its title is there. */
export function useRefreshAfterTurn(chat: Chat, turn: LiveTurn | null): void {
  const { revalidate } = useRevalidator()
  const turnId = turn?.turnId
  const running = isRunning(turn)
  const ended = turn?.phase === 'ended'

  useEffect(() => {
    if (running && turnId !== undefined) announceChatChange(chat.id)
  }, [chat.id, running, turnId])

  useEffect(() => {
    if (!ended || turnId === undefined) return
    announceChatChange(chat.id)
    void revalidate().then(() => turns.yieldPlace(chat.id))
  }, [chat.id, ended, revalidate, turnId])

  // The chat was busy, which this page did not know: who is first is stored.
  const waits = turn?.phase === 'waiting'
  useEffect(() => {
    if (!waits) return
    announceChatChange(chat.id)
    void revalidate()
  }, [chat.id, revalidate, waits])

  // A page made in the moment of an end still takes the turn for running; who is next shows in the next one.
  useEffect(() => {
    if (!ended || chat.activeTurnId !== turnId) return undefined
    const timer = setTimeout(() => void revalidate(), LOOK_AGAIN_MS)
    return () => clearTimeout(timer)
  }, [chat, ended, revalidate, turnId])

  useEffect(
    () =>
      onChatChange((change) => {
        if (change.chatId === chat.id) void revalidate()
      }),
    [chat.id, revalidate],
  )

  const waitsForTitle = ended && chat.title === null
  useEffect(() => {
    if (!waitsForTitle) return undefined
    const gone = new AbortController()
    const look = (): Promise<Chat> => getChat(chat.id, gone.signal)
    const sleep = (ms: number): Promise<unknown> => new Promise((wake) => setTimeout(wake, ms))
    void waitForTitle({ look, sleep, gone: gone.signal }).then(
      (found) => (found ? revalidate() : undefined),
      () => undefined,
    )
    return () => gone.abort()
  }, [chat.id, revalidate, waitsForTitle])
}
