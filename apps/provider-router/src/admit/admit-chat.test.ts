import { ServiceError } from '@brainlyx/service-kit'
import { expect, test } from 'vitest'
import { admitChat } from './admit-chat.ts'

const LOOK = { name: 'look', parameters: { type: 'object' } }
const ask = { role: 'user', content: 'Look twice.' }

test('a request without functions is admitted as it is', () => {
  const request = { model: 'auto', messages: [ask], some_newer_option: 1 }
  expect(admitChat(request)).toMatchObject({ body: request, callsFunctions: false })
})

test('a schema beside `json_object` is one like any other', () => {
  const schema = { type: 'object', properties: { name: { type: 'string' } } }
  // As Instructor sends it, in its mode JSON_SCHEMA.
  const format = { type: 'json_object', schema }
  const admitted = (response_format: object) =>
    admitChat({ model: 'auto', messages: [ask], response_format }).body.response_format
  expect(admitted(format)).toEqual({
    type: 'json_schema',
    json_schema: { name: 'answer', schema },
  })
  expect(admitted({ type: 'json_object' })).toEqual({ type: 'json_object' })
})

test('what tools gave to look at is shown after all results of an answer', () => {
  const call = (id: string) => ({
    id,
    type: 'function',
    function: { name: 'look', arguments: '{}' },
  })
  const text = { type: 'text', text: 'a cat' }
  const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
  const file = {
    type: 'file',
    file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
  }
  const calling = { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] }
  const later = { role: 'assistant', content: 'Seen.' }
  const { body } = admitChat({
    model: 'auto',
    messages: [
      ask,
      calling,
      // As LangChain sends what its tools give.
      { role: 'tool', tool_call_id: 'a', name: 'look', content: [text, picture] },
      { role: 'tool', tool_call_id: 'b', content: [file] },
      later,
      ask,
    ],
  })
  expect(body.messages).toEqual([
    ask,
    calling,
    { role: 'tool', tool_call_id: 'a', name: 'look', content: [text] },
    { role: 'tool', tool_call_id: 'b', content: '' },
    { role: 'user', content: [picture, file] },
    later,
    ask,
  ])
})

test('a picture that a tool gave from a private address is refused', () => {
  const picture = { type: 'image_url', image_url: { url: 'http://169.254.169.254/latest' } }
  const result = { role: 'tool', tool_call_id: 'a', content: [picture] }
  expect(() => admitChat({ model: 'auto', messages: [ask, result] })).toThrow(ServiceError)
})

test('functions become tools, and each result belongs to the call of its name before it', () => {
  const call = (at: string) => ({ name: 'look', arguments: `{"at":"${at}"}` })
  const { body, callsFunctions } = admitChat({
    model: 'auto',
    messages: [
      ask,
      { role: 'assistant', content: null, function_call: call('left') },
      { role: 'function', name: 'look', content: 'a cat' },
      { role: 'assistant', content: 'And', function_call: call('right') },
      { role: 'function', name: 'look', content: null },
    ],
    functions: [LOOK],
    function_call: { name: 'look' },
  })
  expect(callsFunctions).toBe(true)
  expect(body).toEqual({
    model: 'auto',
    messages: [
      ask,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: call('left') }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'a cat' },
      {
        role: 'assistant',
        content: 'And',
        tool_calls: [{ id: 'call_3', type: 'function', function: call('right') }],
      },
      { role: 'tool', tool_call_id: 'call_3', content: '' },
    ],
    tools: [{ type: 'function', function: LOOK }],
    tool_choice: { type: 'function', function: { name: 'look' } },
  })
})

test('an old conversation may go on with tools, and is answered with tool calls', () => {
  const tools = [{ type: 'function', function: LOOK }]
  const { body, callsFunctions } = admitChat({
    model: 'auto',
    messages: [
      ask,
      { role: 'assistant', function_call: { name: 'look', arguments: '{}' } },
      { role: 'function', name: 'look', content: 'a cat' },
    ],
    tools,
    tool_choice: 'auto',
  })
  expect(callsFunctions).toBe(false)
  expect(body).toMatchObject({ tools, tool_choice: 'auto' })
  expect(body.messages[2]).toMatchObject({ role: 'tool', tool_call_id: 'call_1' })
})

test('nulls of the older form, which SDKs send with a message they had, change nothing', () => {
  const messages = [ask, { role: 'assistant', content: 'A cat.', function_call: null }, ask]
  const request = { model: 'auto', messages, functions: null, function_call: null }
  expect(admitChat(request)).toMatchObject({ body: request, callsFunctions: false })
})

test.each<[string, object]>([
  [
    'messages[0].content[1].type',
    { messages: [{ role: 'user', content: [text(), { type: 'x' }] }] },
  ],
  ['messages[0].content[0].image_url', { messages: [{ role: 'user', content: [image()] }] }],
  ['messages[0].content', { messages: [{ role: 'user', content: 7 }] }],
  ['messages[0].role', { messages: [{ role: 'wizard', content: 'x' }] }],
  ['tool_choice.type', { tool_choice: { type: 'x' } }],
  ['tool_choice', { tool_choice: 'x' }],
  ['stop[1]', { stop: ['a', 1] }],
  ['tools[0].type', { tools: [{ type: 'web_search' }] }],
])('what is wrong is named where it stands: %s', (param, wrong) => {
  const refusal = thrownBy(() => admitChat({ model: 'auto', messages: [ask], ...wrong }))
  expect(refusal).toBeInstanceOf(ServiceError)
  expect(refusal).toMatchObject({ code: 'invalid-request', status: 400 })
  expect((refusal as ServiceError).fields?.[0]?.path).toBe(param)
})

function text() {
  return { type: 'text', text: 'a' }
}

function image() {
  return { type: 'image_url', image_url: 'https://example.org/cat.jpg' }
}

function thrownBy(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}

const pointing = (part: object) => () =>
  admitChat({ model: 'auto', messages: [{ role: 'user', content: [part] }] })
const pictureAt = (url: string) => pointing({ type: 'image_url', image_url: { url } })

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://[::ffff:7f00:1]/',
  'http://2130706433/',
  'http://postgres:5432/',
  'https://user:secret@example.com/a.png',
  'file:///etc/passwd',
  'DATA:image/png;base64,AAAA',
])('an image at %s is not left to a provider to fetch', (url) => {
  expect(pictureAt(url)).toThrow(
    expect.objectContaining({
      code: 'invalid-request',
      status: 400,
      detail: expect.stringContaining('`messages[0].content[0].image_url.url`'),
    }),
  )
  expect(pointing({ type: 'file', file: { file_data: url } })).toThrow(
    expect.objectContaining({ code: 'invalid-request' }),
  )
})

test('public images, images in the request and files in bare base64 are admitted', () => {
  expect(pictureAt('https://example.org/a.png')).not.toThrow()
  expect(pictureAt('data:image/png;base64,AAAA')).not.toThrow()
  expect(pointing({ type: 'file', file: { file_data: 'JVBERi0x' } })).not.toThrow()
})
