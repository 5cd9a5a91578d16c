import { expect, test } from 'vitest'
import { routes } from '../routes.ts'
import { openApiDocument } from './openapi-document.ts'

const document = openApiDocument()
const operations = Object.values(document.paths).flatMap((path) => Object.values(path))

test('every route of the table is an operation, once', () => {
  expect(operations.map((operation) => operation.operationId).toSorted()).toEqual(
    Object.keys(routes).toSorted(),
  )
})

test('every reference leads somewhere', () => {
  const references = [
    ...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g),
  ]
  expect(references.length).toBeGreaterThan(50)
  for (const [, kind, name] of references) expect(document.components[kind!]).toHaveProperty(name!)
})

test('every operation says what its problems are, and that it may be our fault', () => {
  for (const operation of operations) {
    expect(operation.responses).toMatchObject({
      400: {},
      500: { $ref: '#/components/responses/Problem500' },
    })
  }
  expect(document.components['responses']!['Problem500']).toMatchObject({
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  })
})

test('what a client may leave out is optional, and what the server sends may grow', () => {
  const schemas = document.components['schemas']!
  expect(schemas['SignUpInput']).toMatchObject({ required: ['email', 'password'] })
  expect(schemas['StartTurnInput']).not.toHaveProperty('required')
  expect(JSON.stringify(schemas)).not.toContain('"additionalProperties":false')
})

test('starting a turn can stream, be accepted, or redirect a form', () => {
  const { responses } = document.paths['/chats/{chatId}/turns']!['post']!
  expect(Object.keys(responses)).toEqual(
    expect.arrayContaining(['200', '202', '303', '409', '422']),
  )
  expect(responses['200']).toHaveProperty(
    ['content', 'text/event-stream', 'schema', '$ref'],
    '#/components/schemas/TurnFrame',
  )
})
