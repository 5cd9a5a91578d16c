import { createLogger } from '@brainlyx/service-kit'
import { eventually } from '@brainlyx/testkit'
import { mkdir, mkdtemp, rm, symlink, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { watchRouterFile } from './watch-router-file.ts'

const yaml = (name: string, key = ''): string => `
providers: { local: { kind: openai, name: ${name}, baseUrl: 'http://localhost:1/v1', keys: ['${key}'] } }
deployments: [{ id: local/m, provider: local, model: gpt-4.1 }]
`
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'router-file-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function watched(path: string) {
  const onChange = vi.fn()
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const logger = createLogger({ service: 'test', level: 'info', destination })
  const watch = await watchRouterFile({ path, environment: {}, logger, onChange, pollMs: 10 })
  onTestFinished(() => watch.close())
  return { watch, onChange, lines }
}

test('a good change is taken over, a bad one leaves the last good one in place and is logged once', async () => {
  const path = join(folder, 'a.yaml')
  await writeFile(path, yaml('One'))
  const { watch, onChange, lines } = await watched(path)
  expect(watch.current.providers['local']?.name).toBe('One')

  await replace(path, yaml('Two'))
  await eventually(() => expect(onChange).toHaveBeenCalledTimes(1))
  expect(watch.current.providers['local']?.name).toBe('Two')

  await replace(path, `${yaml('Three')}typo: 1\n`)
  await eventually(() => expect(watch.isCurrent).toBe(false))
  expect(watch.current.providers['local']?.name).toBe('Two')

  await replace(path, yaml('Four'))
  await eventually(() => expect(watch.isCurrent).toBe(true))
  expect(watch.current.providers['local']?.name).toBe('Four')
  expect(lines.filter((line) => line.includes('typo: is not known here'))).toHaveLength(1)
})

test('a file behind a link that is swapped is followed, and one that vanishes may come back', async () => {
  const path = join(folder, 'link.yaml')
  const first = join(folder, 'first.yaml')
  const second = join(folder, 'second.yaml')
  await writeFile(first, yaml('One'))
  await writeFile(second, yaml('Two'))
  await symlink(first, path)
  const { watch } = await watched(path)
  await symlink(second, `${path}.new`)
  await rename(`${path}.new`, path)
  await eventually(() => expect(watch.current.providers['local']?.name).toBe('Two'))

  await rm(path)
  await eventually(() => expect(watch.isCurrent).toBe(false))
  await symlink(second, path)
  await eventually(() => expect(watch.isCurrent).toBe(true))
})

test('a key in a file of its own is rotated by writing that file, or by swapping the folder it is mounted in', async () => {
  const secrets = join(folder, 'secrets')
  const path = join(folder, 'rotated.yaml')
  const mount = async (version: string, key: string): Promise<void> => {
    await mkdir(join(folder, version))
    await writeFile(join(folder, version, 'openai'), `${key}\n`)
    await symlink(join(folder, version), `${secrets}.new`)
    await rename(`${secrets}.new`, secrets)
  }
  await mount('v1', 'key-one')
  await writeFile(path, yaml('One', `\${file:${secrets}/openai}`))
  const { watch, onChange, lines } = await watched(path)
  const keys = () => watch.current.providers['local']?.keys
  expect(keys()).toEqual(['key-one'])

  await replace(join(secrets, 'openai'), 'key-two')
  await eventually(() => expect(keys()).toEqual(['key-two']))
  await mount('v2', 'key-three')
  await eventually(() => expect(keys()).toEqual(['key-three']))
  expect(onChange).toHaveBeenCalledTimes(2)

  // Whoever writes it in two steps empties it first.
  await replace(join(secrets, 'openai'), '')
  await eventually(() => expect(watch.isCurrent).toBe(false))
  expect(keys()).toEqual(['key-three'])
  await replace(join(secrets, 'openai'), 'key-four')
  await eventually(() => expect(keys()).toEqual(['key-four']))
  expect(watch.isCurrent).toBe(true)
  expect(lines.join('')).toContain('openai is empty')
  expect(lines.join('')).not.toContain('key-')
})

test('a file that is referred to from now on is followed, one that no longer is does not matter', async () => {
  const path = join(folder, 'changing.yaml')
  const secret = join(folder, 'secret')
  await writeFile(path, yaml('One'))
  const { watch, onChange } = await watched(path)
  await writeFile(secret, 'key-one')
  await replace(path, yaml('Two', `\${file:${secret}}`))
  await eventually(() => expect(watch.current.providers['local']?.keys).toEqual(['key-one']))
  await replace(secret, 'key-two')
  await eventually(() => expect(watch.current.providers['local']?.keys).toEqual(['key-two']))

  await replace(path, yaml('Three'))
  await eventually(() => expect(watch.current.providers['local']?.name).toBe('Three'))
  await rm(secret)
  await replace(path, yaml('Four'))
  await eventually(() => expect(watch.current.providers['local']?.name).toBe('Four'))
  expect(watch.isCurrent).toBe(true)
  expect(onChange).toHaveBeenCalledTimes(4)
})

test('a file that is not there is refused at the start', async () => {
  await expect(watched(join(folder, 'none.yaml'))).rejects.toThrow('it is not there')
})

/** In one step, so that no half of it is ever seen. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}
