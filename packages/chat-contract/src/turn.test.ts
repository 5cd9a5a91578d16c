import { expect, test } from 'vitest'
import { StartTurnInput } from './turn.ts'

const id = '019304c8-8a00-7000-8000-000000000001'

test.each([
  { text: 'Hi' },
  { text: 'Hi', parentId: id },
  { text: 'Hi', parentId: null },
  { answerTo: id },
])('%j starts a turn', (input) => {
  expect(StartTurnInput.parse(input)).toEqual({ ...input, model: 'auto' })
})

test.each([
  [{}, 'text'],
  [{ text: '  ' }, 'text'],
  [{ text: 'Hi', answerTo: id }, 'text'],
  [{ parentId: id }, 'text'],
  [{ answerTo: id, parentId: id }, 'parentId'],
  [{ answerTo: id, parentId: null }, 'parentId'],
])('%j does not, and %s is to blame', (input, path) => {
  const issues = StartTurnInput.safeParse(input).error?.issues ?? []
  expect(issues.map((issue) => issue.path.join('.'))).toEqual([path])
})
