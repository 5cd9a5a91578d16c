import type { Message, MessagePage, Turn } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { afterAll, afterEach, expect, test } from 'vitest'
import { readFrames, textOf } from '../../test/browser.ts'
import type { Browser, Frame } from '../../test/browser.ts'
import { arrangeInstallation, guest } from '../../test/installation.ts'

const installation = await arrangeInstallation()
const { simulator } = installation
afterAll(() => installation.close())
afterEach(() => {
  simulator.clear()
  simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 })
})

const replica = await installation.startReplica()

test('an edited message begins a branch, whose prompt knows nothing of the other', async () => {
  const chat = await arrangeChat()
  const [, answer] = chat.messages
  const first = await say(chat, 'Call me Ishmael. Remember it. '.repeat(100))
  const edited = await say(chat, uniquePrompt(), { parentId: answer!.id })
  const messages = await messagesOf(chat)
  expect(messages.map(textOfMessage).slice(0, 3)).toEqual([
    ...chat.messages.map(textOfMessage),
    edited.text,
  ])
  expect(messages).toHaveLength(4)
  expect(messages[2]!.siblingIds).toEqual([first.questionId, edited.questionId])
  const [asked] = simulator.attempts({ prompt: edited.text })
  const [askedFirst] = simulator.attempts({ prompt: 'Call me Ishmael' })
  expect(asked!.tokensIn).toBeLessThan(askedFirst!.tokensIn - 500)
})

test('the first message can be edited, too', async () => {
  const chat = await arrangeChat()
  const edited = await say(chat, uniquePrompt(), { parentId: null })
  const messages = await messagesOf(chat)
  expect(messages.map((message) => message.id)[0]).toBe(edited.questionId)
  expect(messages).toHaveLength(2)
  expect(messages[0]!.siblingIds).toEqual([chat.messages[0]!.id, edited.questionId])
})

test('an answer can be had anew, by another model, beside the first and without a second question', async () => {
  const chat = await arrangeChat()
  const [question, answer] = chat.messages
  const frames = await chat.browser.turn(`/api/v1/chats/${chat.chatId}/turns`, {
    answerTo: question!.id,
    model: 'best',
  })
  expect(frames[0]!.frame).toMatchObject({ type: 'turn-start', userMessageId: question!.id })
  expect(textOf(frames)).toBe(simulatedAnswer(textOfMessage(question!)).text)
  expect(simulator.attempts({ prompt: textOfMessage(question!) })).toHaveLength(2)
  const messages = await messagesOf(chat)
  expect(messages.map((message) => message.role)).toEqual(['user', 'assistant'])
  const { messageId } = frames.at(-1)!.frame as { messageId: string }
  expect(messages[1]).toMatchObject({ id: messageId, siblingIds: [answer!.id, messageId] })
})

test('a question whose answer failed is tried again without being asked twice', async () => {
  const browser = await guest(replica)
  simulator.setFault({ fault: '500' })
  const text = uniquePrompt()
  const failed = await browser.turn('/api/v1/turns', { text })
  const { chatId, userMessageId } = failed[0]!.frame as { chatId: string; userMessageId: string }
  expect(failed.at(-1)!.frame.type).toBe('turn-error')
  simulator.clear()
  const again = await browser.turn(`/api/v1/chats/${chatId}/turns`, { answerTo: userMessageId })
  expect(textOf(again)).toBe(simulatedAnswer(text).text)
  const messages = await messagesOf({ browser, chatId })
  expect(messages.map(textOfMessage)).toEqual([text, simulatedAnswer(text).text])
})

test('a branch that is turned to is what is shown from then on, and what the next message follows', async () => {
  const chat = await arrangeChat()
  const [, answer] = chat.messages
  const first = await say(chat, uniquePrompt())
  await say(chat, uniquePrompt(), { parentId: answer!.id })
  const page = await turnTo(chat, first.questionId)
  expect(page.messages.map((message) => message.id)).toContain(first.questionId)
  expect(page.messages).toHaveLength(4)
  expect(await messagesOf(chat)).toEqual(page.messages)
  const next = await say(chat, uniquePrompt())
  expect((await messagesOf(chat))[4]).toMatchObject({
    id: next.questionId,
    parentId: page.messages[3]!.id,
  })
})

test('who reads another branch while an answer is written keeps it, and finds the answer later', async () => {
  const chat = await arrangeChat()
  const [question, answer] = chat.messages
  simulator.setPace({ tokensPerSecond: 100 })
  const turnId = newId()
  const response = await chat.browser.post(
    `/api/v1/chats/${chat.chatId}/turns`,
    { answerTo: question!.id, turnId },
    { accept: 'text/event-stream' },
  )
  await readFrames(response, (frames) => textOf(frames) !== '')
  await turnTo(chat, answer!.id)
  await chat.browser.follow(turnId)
  expect((await messagesOf(chat)).at(-1)!.id).toBe(answer!.id)
  const { answerMessageId } = await chat.browser.json<Turn>(`/api/v1/turns/${turnId}`)
  expect((await messagesOf(chat)).at(-1)!.siblingIds).toEqual([answer!.id, answerMessageId])
  expect((await turnTo(chat, answerMessageId!)).messages.at(-1)!.id).toBe(answerMessageId)
})

test('messages of others, of other chats and of nobody are no place to go on from', async () => {
  const chat = await arrangeChat()
  const elsewhere = await arrangeChat(chat.browser)
  const foreign = await arrangeChat()
  const before = await messagesOf(chat)
  for (const id of [elsewhere.messages[1]!.id, foreign.messages[1]!.id, newId()]) {
    const attempts = [
      await chat.browser.post(`/api/v1/chats/${chat.chatId}/turns`, { text: 'Hi', parentId: id }),
      await chat.browser.post(`/api/v1/chats/${chat.chatId}/turns`, { answerTo: id }),
      await chat.browser.post('/api/v1/turns', { text: 'Hi', parentId: id }),
      await chat.browser.post('/api/v1/turns', { answerTo: id }),
      await putBranch(chat, id),
    ]
    for (const response of attempts) {
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'message-not-found' })
    }
  }
  const theirs = await putBranch({ ...chat, browser: foreign.browser }, before[0]!.id)
  expect(theirs.status).toBe(404)
  expect(await theirs.json()).toMatchObject({ code: 'chat-not-found' })
  expect(await messagesOf(chat)).toEqual(before)
})

test('an answer is not answered, and a turn is either a message or an answer had anew', async () => {
  const chat = await arrangeChat()
  const [question, answer] = chat.messages
  const send = (json: object): Promise<Response> =>
    chat.browser.post(`/api/v1/chats/${chat.chatId}/turns`, json)
  const notAQuestion = await send({ answerTo: answer!.id })
  expect(notAQuestion.status).toBe(422)
  expect(await notAQuestion.json()).toMatchObject({
    code: 'not-a-question',
    fields: [{ path: 'answerTo' }],
  })
  for (const body of [
    {},
    { text: 'Hi', answerTo: question!.id },
    { answerTo: question!.id, parentId: answer!.id },
  ]) {
    expect((await send(body)).status).toBe(400)
  }
  expect(await messagesOf(chat)).toEqual(chat.messages)
})

test('a turn id holds for one place in the tree', async () => {
  const chat = await arrangeChat()
  const [question, answer] = chat.messages
  const turnId = newId()
  const body = { turnId, text: uniquePrompt(), parentId: answer!.id }
  const path = `/api/v1/chats/${chat.chatId}/turns`
  const frames = await chat.browser.turn(path, body)
  expect(await chat.browser.turn(path, body)).toEqual(frames)
  const { parentId: _, ...elsewhere } = body
  for (const other of [
    elsewhere,
    { ...body, parentId: null },
    { turnId, answerTo: question!.id },
  ]) {
    const response = await chat.browser.post(path, other)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'turn-id-reused' })
  }
})

interface Place {
  browser: Browser
  chatId: string
}

let prompts = 0
function uniquePrompt(): string {
  return `What grows on branch ${++prompts} of ${newId()}`
}

/** A chat of one turn. */
async function arrangeChat(browser?: Browser): Promise<Place & { messages: Message[] }> {
  const owner = browser ?? (await guest(replica))
  const frames = await owner.turn('/api/v1/turns', { text: uniquePrompt() })
  const { chatId } = frames[0]!.frame as { chatId: string }
  const place = { browser: owner, chatId }
  return { ...place, messages: await messagesOf(place) }
}

async function say({ browser, chatId }: Place, text: string, place: object = {}) {
  const frames: Frame[] = await browser.turn(`/api/v1/chats/${chatId}/turns`, { text, ...place })
  const { userMessageId } = frames[0]!.frame as { userMessageId: string }
  return { text, questionId: userMessageId }
}

function putBranch({ browser, chatId }: Place, messageId: string): Promise<Response> {
  return browser.fetch(`/api/v1/chats/${chatId}/branch`, { method: 'PUT', json: { messageId } })
}

async function turnTo(place: Place, messageId: string): Promise<MessagePage> {
  const response = await putBranch(place, messageId)
  expect(response.status).toBe(200)
  return (await response.json()) as MessagePage
}

async function messagesOf({ browser, chatId }: Place): Promise<Message[]> {
  const page = await browser.json<MessagePage>(`/api/v1/chats/${chatId}/messages?limit=100`)
  return page.messages
}

function textOfMessage({ parts }: Message): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
