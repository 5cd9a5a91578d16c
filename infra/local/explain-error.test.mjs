import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { explainError, explainInstallation, explainText } from './explain-error.mjs'
import { Failure } from './failure.mjs'

test('a full disk, a taken port and a missing permission are said in a sentence, with what mends them', () => {
  const cases = /** @type {const} */ ([
    ["ENOSPC: no space left on device, write '/x'", 'The disk is full.'],
    ['FATAL:  could not write lock file: No space left on device', 'The disk is full.'],
    ['listen EADDRINUSE: address already in use 127.0.0.1:3000', 'Port 3000 is taken'],
    ["EACCES: permission denied, mkdir '/clone/.local'", 'no permission to write /clone/.local'],
    ["EROFS: read-only file system, open '/clone/.local/x'", 'no permission to write'],
  ])
  for (const [text, sentence] of cases) {
    const failure = explainText(text)
    expect(failure?.message).toContain(sentence)
    expect(failure?.mend).toMatch(/\w+/)
  }
  expect(explainText('something else')).toBeUndefined()
})

test('an unreachable registry is one of an installation only: a service’s log has the words for other reasons', () => {
  const output = 'npm error code ENOTFOUND\nnpm error request to https://registry.example failed'
  expect(explainInstallation(output)?.message).toBe('The package registry could not be reached.')
  expect(explainText('connect ECONNREFUSED 127.0.0.1:5432')).toBeUndefined()
})

test('an error of Node itself is explained, and one that is already a sentence is left alone', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const error = await new Promise((resolve) => {
    createServer().once('error', resolve).listen(port, '127.0.0.1')
  })
  server.close()
  expect(explainError(error).message).toBe(`Port ${port} is taken by another program.`)

  const failure = new Failure('The sentence.', { mend: 'The mend.' })
  expect(explainError(failure)).toBe(failure)
  expect(explainError(new Error('odd'))).toMatchObject({
    message: 'odd',
    mend: expect.stringContaining('doctor'),
  })
})
