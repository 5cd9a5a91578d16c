import type {
  Announcement,
  AnnouncementList,
  Chat,
  ChatPage,
  MessagePage,
  Problem,
  StartTurnInput,
  Turn,
} from '@brainlyx/chat-contract'
import { connectionLost } from './connection-lost.ts'
import { newTraceparent } from './traceparent.ts'

// chat-api from the browser: same origin, the cookies go along. Types only from the contract, so that no validator
// is part of the page.

const PREFIX = '/api/v1'

export interface TurnRequest extends Pick<
  StartTurnInput,
  'text' | 'model' | 'parentId' | 'answerTo'
> {
  turnId: string
  /** null: this message begins a chat. */
  chatId: string | null
}

/** Sends a message; the answer streams in the response. */
export function startTurn(turn: TurnRequest, signal: AbortSignal): Promise<Response> {
  return postTurn(turn, 'text/event-stream', signal)
}

/** Sends a message; answered as soon as it is stored. */
export function queueTurn(turn: TurnRequest, signal: AbortSignal): Promise<Response> {
  return postTurn(turn, 'application/json', signal)
}

function postTurn(turn: TurnRequest, accept: string, signal: AbortSignal): Promise<Response> {
  const { chatId, ...body } = turn
  const path = chatId === null ? '/turns' : `/chats/${chatId}/turns`
  return send('POST', path, { body, accept, signal })
}

/** Goes on reading a turn after the frame `cursor`; from its beginning without one. */
export function followTurn(
  turnId: string,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  return send('GET', `/turns/${turnId}/events`, { accept: 'text/event-stream', cursor, signal })
}

/** Stops an answer; a turn that still waits is taken back, and its message never joins the chat. */
export async function stopTurn(turnId: string): Promise<Turn> {
  return (await expectOk(await send('POST', `/turns/${turnId}/stop`))).json()
}

/** Shows the branch that `messageId` is on, as far as its newest messages go. */
export async function showBranch(chatId: string, messageId: string): Promise<void> {
  await expectOk(await send('PUT', `/chats/${chatId}/branch`, { body: { messageId } }))
}

/** Makes a guest, whose cookies the browser keeps. */
export function signInAsGuest(signal: AbortSignal): Promise<Response> {
  return send('POST', '/sign-in/guest', { signal })
}

export async function listAnnouncements(signal: AbortSignal): Promise<Announcement[]> {
  const response = await expectOk(await send('GET', '/announcements', { signal }))
  return ((await response.json()) as AnnouncementList).announcements
}

export async function getChat(chatId: string, signal: AbortSignal): Promise<Chat> {
  return (await expectOk(await send('GET', `/chats/${chatId}`, { signal }))).json()
}

export async function listChats(cursor: string): Promise<ChatPage> {
  const query = new URLSearchParams({ cursor })
  return (await expectOk(await send('GET', `/chats?${query}`))).json()
}

export async function listMessages(chatId: string, before: string): Promise<MessagePage> {
  const query = new URLSearchParams({ before })
  return (await expectOk(await send('GET', `/chats/${chatId}/messages?${query}`))).json()
}

/** A call that chat-api refused. */
class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.title)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** What a response that is not 2xx says; words of our own where it was not chat-api that answered. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body === 'object' && body !== null && 'code' in body && 'title' in body) {
    return body as Problem
  }
  return {
    type: 'about:blank',
    title: 'The chat service did not answer as expected.',
    detail: 'Try again in a moment.',
    status: response.status,
    code: 'unexpected-answer',
    traceId: response.headers.get('x-trace-id') ?? '',
    retryable: response.status >= 500,
    retryAfterMs: null,
  }
}

/** Why a call failed, whatever it threw. */
export function problemOfError(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : connectionLost
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response
  throw new ProblemError(await problemOf(response))
}

function send(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  options: {
    body?: object
    accept?: string
    cursor?: string | undefined
    signal?: AbortSignal
  } = {},
): Promise<Response> {
  const headers = new Headers({
    accept: options.accept ?? 'application/json',
    traceparent: newTraceparent(),
  })
  if (options.body !== undefined) headers.set('content-type', 'application/json')
  if (options.cursor !== undefined) headers.set('last-event-id', options.cursor)
  return fetch(PREFIX + path, {
    method,
    headers,
    cache: 'no-store',
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
}
