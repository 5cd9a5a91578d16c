import { SignJWT, exportJWK, generateKeyPair, importJWK } from 'jose'
import type { JWK } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { createServiceTokenSigner } from './sign.ts'
import { createServiceTokenVerifier } from './verify.ts'

type NamedJwk = JWK & { kid: string }
let web: { privateJwk: NamedJwk; publicJwk: NamedJwk }
let worker: typeof web

async function keyOf(kid: string): Promise<typeof web> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return {
    privateJwk: { ...(await exportJWK(pair.privateKey)), kid },
    publicJwk: { ...(await exportJWK(pair.publicKey)), kid },
  }
}

beforeAll(async () => {
  web = await keyOf('web')
  worker = await keyOf('worker')
})

const verifierOf = (audience: string, now?: () => number) =>
  createServiceTokenVerifier({
    publicJwks: { keys: [web.publicJwk, worker.publicJwk] },
    audience,
    ...(now === undefined ? {} : { now }),
  })

const refused = { code: 'invalid-service-token', status: 401 }

test('a token names its service to the audience it was made for, and to no other', async () => {
  const token = await createServiceTokenSigner({ privateJwk: web.privateJwk }).sign('chat-api')
  await expect(verifierOf('chat-api').verify(token)).resolves.toEqual({ service: 'web' })
  await expect(verifierOf('provider-router').verify(token)).rejects.toMatchObject(refused)
})

test('a token is refused once it has expired, also where it was remembered', async () => {
  let at = Date.now()
  const token = await createServiceTokenSigner({ privateJwk: web.privateJwk, now: () => at }).sign(
    'chat-api',
  )
  const verifier = verifierOf('chat-api', () => at)
  await verifier.verify(token)
  at += 120_000
  await expect(verifier.verify(token)).rejects.toMatchObject(refused)
})

test('a signer reuses its token for half its life, then makes another', async () => {
  let at = Date.now()
  const signer = createServiceTokenSigner({ privateJwk: web.privateJwk, now: () => at })
  const first = await signer.sign('chat-api')
  at += 20_000
  expect(await signer.sign('chat-api')).toBe(first)
  at += 20_000
  expect(await signer.sign('chat-api')).not.toBe(first)
})

test('one service cannot speak as another, nor without a signature, nor with a token of another kind', async () => {
  const key = await importJWK(worker.privateJwk, 'EdDSA')
  const forge = (header: { kid: string; typ?: string }) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', ...header })
      .setIssuer('web')
      .setAudience('chat-api')
      .setExpirationTime('1m')
      .sign(key)
  const verifier = verifierOf('chat-api')
  for (const token of [
    await forge({ kid: 'worker', typ: 'service+jwt' }),
    await forge({ kid: 'web', typ: 'service+jwt' }),
    await forge({ kid: 'worker' }),
    `${Buffer.from('{"alg":"none","typ":"service+jwt"}').toString('base64url')}.${Buffer.from('{"iss":"web","aud":"chat-api","exp":9999999999}').toString('base64url')}.`,
    'not a token',
    '',
  ]) {
    await expect(verifier.verify(token)).rejects.toMatchObject(refused)
  }
})

test('nothing that a token says about keys, algorithms or times is taken on trust', async () => {
  const key = await importJWK(web.privateJwk, 'EdDSA')
  const genuine = { alg: 'EdDSA', kid: 'web', typ: 'service+jwt' }
  const signed = (header: object, claims: object = {}) =>
    new SignJWT({ iss: 'web', aud: 'chat-api', exp: Math.floor(Date.now() / 1000) + 60, ...claims })
      .setProtectedHeader({ ...genuine, ...header })
      .sign(key)
  const theirs = await keyOf('web')
  const stranger = await importJWK(theirs.privateJwk, 'EdDSA')
  const forge = (header: object) =>
    new SignJWT({ iss: 'web', aud: 'chat-api', exp: Math.floor(Date.now() / 1000) + 60 })
      .setProtectedHeader({ ...genuine, ...header })
      .sign(stranger)
  const verifier = verifierOf('chat-api')
  await expect(verifier.verify(await signed({}))).resolves.toEqual({ service: 'web' })
  const publicKey = new TextEncoder().encode(JSON.stringify(web.publicJwk))
  const attacks = {
    'the public key as a secret': await new SignJWT({ iss: 'web', aud: 'chat-api' })
      .setProtectedHeader({ ...genuine, alg: 'HS256' })
      .setExpirationTime('1m')
      .sign(publicKey),
    'another key under the kid': await forge({}),
    'a key that it brings along': await forge({ jwk: theirs.publicJwk }),
    'a key somewhere else': await forge({ jku: 'https://evil.example/jwks.json' }),
    'a path as kid': await forge({ kid: '../../dev/null' }),
    'an access token': await signed({ typ: 'at+jwt' }),
    'no type': await signed({ typ: undefined }),
    expired: await signed({}, { exp: Math.floor(Date.now() / 1000) - 60 }),
    'without an end': await signed({}, { exp: undefined }),
    'an end in words': await signed({}, { exp: 'never' }),
    'not yet': await signed({}, { nbf: Math.floor(Date.now() / 1000) + 60 }),
    'for others': await signed({}, { aud: ['provider-router'] }),
    'for nobody': await signed({}, { aud: undefined }),
    'as another service': await signed({}, { iss: 'worker' }),
    'as nobody': await signed({}, { iss: undefined }),
  }
  for (const [name, token] of Object.entries(attacks)) {
    await expect(verifier.verify(token), name).rejects.toMatchObject(refused)
  }
})
