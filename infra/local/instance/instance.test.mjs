import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureInstance, readInstance, saveInstance } from './instance.mjs'
import { publicKeySet, serviceKey } from './secrets.mjs'

const newFile = () => join(mkdtempSync(join(tmpdir(), 'instance-')), 'instance.json')

test('an instance is made once, however many commands ask for it at the same time', async () => {
  const file = newFile()
  const made = await Promise.all(Array.from({ length: 8 }, () => ensureInstance(file)))
  expect(new Set(made.map((instance) => instance.cloneId)).size).toBe(1)
  expect(await ensureInstance(file)).toEqual(made[0])
})

test('two clones share no name and no secret', async () => {
  const [one, other] = await Promise.all([ensureInstance(newFile()), ensureInstance(newFile())])
  const secretsOf = (/** @type {typeof one} */ instance) =>
    [...JSON.stringify(instance.secrets).matchAll(/[\w-]{40,}/g)].map(([secret]) => secret)
  expect(one.cloneId).not.toBe(other.cloneId)
  expect(secretsOf(one).length).toBeGreaterThanOrEqual(8)
  expect(secretsOf(one).filter((secret) => secretsOf(other).includes(secret))).toEqual([])
})

test('only its owner can read it, also after it was saved again', async () => {
  const file = newFile()
  const instance = await ensureInstance(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  await saveInstance({ ...instance, ports: { web: 3000 } }, file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect((await readInstance(file))?.ports).toEqual({ web: 3000 })
})

test('a file that is something else is said to be so, with how to begin anew', async () => {
  const file = newFile()
  for (const text of ['{', '{"version":99}', '']) {
    writeFileSync(file, text)
    await expect(ensureInstance(file)).rejects.toMatchObject({
      mend: expect.stringContaining('npm run reset'),
    })
  }
})

test('a service’s key signs what its public half, and no private part of it, verifies', () => {
  const key = serviceKey('web')
  const [published] = publicKeySet([key]).keys
  expect(Object.keys(published ?? {})).not.toContain('d')
  expect(published).toMatchObject({ kty: 'OKP', crv: 'Ed25519', kid: 'web' })
  const signature = sign(null, Buffer.from('text'), createPrivateKey({ key, format: 'jwk' }))
  const publicKey = createPublicKey({ key: /** @type {object} */ (published), format: 'jwk' })
  expect(verify(null, Buffer.from('text'), publicKey, signature)).toBe(true)
})
