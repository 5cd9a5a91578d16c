import { expect, test } from 'vitest'
import { CandidateReader } from './candidate-reader.ts'

test('a call begins with the signature that it came with', () => {
  const reader = new CandidateReader(0)
  const parts = reader.read({
    content: {
      parts: [
        { functionCall: { name: 'look', args: {} }, thoughtSignature: 'sig' },
        { functionCall: { name: 'listen', args: {} } },
      ],
    },
  })
  const starts = [...parts].filter(({ type }) => type === 'tool-call-start')
  expect(starts).toEqual([
    { type: 'tool-call-start', choice: 0, index: 0, id: null, name: 'look', signature: 'sig' },
    { type: 'tool-call-start', choice: 0, index: 1, id: null, name: 'listen' },
  ])
})
