import { createLogger } from '@brainlyx/service-kit'
import { mkdtemp, rm, symlink, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { watchRouterFile } from './watch-router-file.ts'

const yaml = (name: string): string => `
providers: { local: { kind: openai, name: ${name}, baseUrl: 'http://localhost:1/v1' } }
deployments: [{ id: local/m, provider: local, model: gpt-4.1 }]
`
const logger = createLogger({ service: 'test', level: 'silent' })
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'router-file-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function watched(path: string) {
  const onChange = vi.fn()
  const watch = await watchRouterFile({ path, environment: {}, logger, onChange, pollMs: 10 })
  return { watch, onChange }
}

test('a good change is taken over, a bad one leaves the last good one in place', async () => {
  const path = join(folder, 'a.yaml')
  await writeFile(path, yaml('One'))
  const { watch, onChange } = await watched(path)
  expect(watch.current.providers['local']?.name).toBe('One')

  await writeFile(path, yaml('Two'))
  await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1))
  expect(watch.current.providers['local']?.name).toBe('Two')

  await writeFile(path, `${yaml('Three')}typo: 1\n`)
  await vi.waitFor(() => expect(watch.isCurrent).toBe(false))
  expect(watch.current.providers['local']?.name).toBe('Two')

  await writeFile(path, yaml('Four'))
  await vi.waitFor(() => expect(watch.isCurrent).toBe(true))
  expect(watch.current.providers['local']?.name).toBe('Four')
  watch.close()
})

test('a file behind a link that is swapped is followed, and one that vanishes may come back', async () => {
  const path = join(folder, 'link.yaml')
  const first = join(folder, 'first.yaml')
  const second = join(folder, 'second.yaml')
  await writeFile(first, yaml('One'))
  await writeFile(second, yaml('Two!'))
  await symlink(first, path)
  const { watch } = await watched(path)
  await symlink(second, `${path}.new`)
  await rename(`${path}.new`, path)
  await vi.waitFor(() => expect(watch.current.providers['local']?.name).toBe('Two!'))

  await rm(path)
  await vi.waitFor(() => expect(watch.isCurrent).toBe(false))
  await symlink(second, path)
  await vi.waitFor(() => expect(watch.isCurrent).toBe(true))
  watch.close()
})

test('a file that is not there is refused at the start', async () => {
  await expect(watched(join(folder, 'none.yaml'))).rejects.toThrow('there is no such file')
})
