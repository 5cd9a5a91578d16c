import type { Me } from '@brainlyx/chat-contract'
import { listSigningKeys, newId } from '@brainlyx/db'
import { SignJWT, base64url, exportJWK, generateKeyPair } from 'jose'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { createHmac, createSecretKey } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { PUBLIC_ORIGIN, arrangeInstallation, signUp } from '../../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const api = await installation.startReplica()
const administrator = api.browser()
await signUp(administrator)
const userId = (await administrator.json<Me>('/api/v1/me')).user!.id
const genuine = administrator.cookies.get('test.access')!
const [genuineHeader = '', genuinePayload = '', genuineSignature = ''] = genuine.split('.')

const ours = api.signingKeys.current()
const theirs = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
const theirPublicJwk = await exportJWK(theirs.publicKey)
const rsa = await generateKeyPair('RS256')
const nowSeconds = Math.floor(Date.now() / 1000)

const header: JWTHeaderParameters = { alg: 'EdDSA', typ: 'at+jwt', kid: ours.kid }
const claims: JWTPayload = {
  sub: userId,
  kind: 'member',
  role: 'admin',
  sid: newId(),
  ver: 1,
  iss: PUBLIC_ORIGIN,
  aud: 'chat-api',
  iat: nowSeconds,
  exp: nowSeconds + 600,
}

const encode = (value: unknown): string =>
  base64url.encode(typeof value === 'string' ? value : JSON.stringify(value))
const without = (name: string): JWTPayload =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))

const signature = async (input: string): Promise<string> =>
  base64url.encode(
    new Uint8Array(await crypto.subtle.sign('Ed25519', ours.privateKey, Buffer.from(input))),
  )

/** Signed by our own key whatever it says: what is refused is refused for what it says. */
async function signedByUs(payload: unknown, head: unknown = header): Promise<string> {
  const input = `${encode(head)}.${encode(payload)}`
  return `${input}.${await signature(input)}`
}

const byThem = (head: JWTHeaderParameters = header, payload: JWTPayload = claims) =>
  new SignJWT(payload).setProtectedHeader(head).sign(theirs.privateKey)

/** HMAC with what everyone can know as the secret. */
function hmac(algorithm: 'HS256' | 'HS384' | 'HS512', secret: string | Uint8Array): string {
  const input = `${encode({ ...header, alg: algorithm })}.${encode(claims)}`
  const mac = createHmac(`sha${algorithm.slice(2)}`, createSecretKey(Buffer.from(secret)))
  return `${input}.${mac.update(input).digest('base64url')}`
}

const unsigned = (alg: unknown): string => `${encode({ ...header, alg })}.${encode(claims)}.`
const publicKeyText = (await listSigningKeys(installation.db))[0]!.publicKey

const attacks: Record<string, string | Promise<string>> = {
  // No signature.
  'alg none': unsigned('none'),
  'alg None': unsigned('None'),
  'alg NONE': unsigned('NONE'),
  'alg nOnE': unsigned('nOnE'),
  'alg none with a space': unsigned('none '),
  'alg empty': unsigned(''),
  'alg null': unsigned(null),
  'alg a list': unsigned(['none']),
  'alg a list with ours': unsigned(['EdDSA']),
  'alg a number': unsigned(0),
  'alg missing': `${encode({ typ: 'at+jwt', kid: ours.kid })}.${encode(claims)}.`,
  'alg none with the signature of another': `${unsigned('none')}${genuineSignature}`,
  'our own without its signature': `${genuineHeader}.${genuinePayload}.`,
  'our own with half its signature': genuine.slice(0, -20),
  'our own with another signature': `${genuineHeader}.${genuinePayload}.${encode('x'.repeat(64))}`,
  'a signature of zeros': `${genuineHeader}.${genuinePayload}.${base64url.encode(Buffer.alloc(64))}`,

  // Another algorithm than ours.
  'HS256 with the public key as the secret': hmac('HS256', publicKeyText),
  'HS256 with x of the public key': hmac(
    'HS256',
    base64url.decode((JSON.parse(publicKeyText) as { x: string }).x),
  ),
  'HS384 with the public key as the secret': hmac('HS384', publicKeyText),
  'HS512 with the public key as the secret': hmac('HS512', publicKeyText),
  'HS256 with the kid as the secret': hmac('HS256', ours.kid),
  'HS256 with a word as the secret': hmac('HS256', 'secret'),
  'RS256 with a key of theirs': new SignJWT(claims)
    .setProtectedHeader({ ...header, alg: 'RS256' })
    .sign(rsa.privateKey),
  'Ed25519 by its other name': signedByUs(claims, { ...header, alg: 'Ed25519' }),
  'alg in another spelling': signedByUs(claims, { ...header, alg: 'eddsa' }),
  'alg twice': signedByUs(
    claims,
    `{"alg":"EdDSA","typ":"at+jwt","kid":"${ours.kid}","alg":"none"}`,
  ),

  // Tricks with the key's id.
  'kid missing': signedByUs(claims, { alg: 'EdDSA', typ: 'at+jwt' }),
  'kid null': signedByUs(claims, { ...header, kid: null }),
  'kid empty': signedByUs(claims, { ...header, kid: '' }),
  'kid a list': signedByUs(claims, { ...header, kid: [ours.kid] }),
  'kid an object': signedByUs(claims, { ...header, kid: { toString: ours.kid } }),
  'kid a number': signedByUs(claims, { ...header, kid: 0 }),
  'kid a path': byThem({ ...header, kid: '../../../../../../dev/null' }),
  'kid a path in another spelling': byThem({ ...header, kid: '..%2f..%2fdev%2fnull' }),
  'kid a query': byThem({ ...header, kid: "' UNION SELECT 'secret' --" }),
  'kid a URL': byThem({ ...header, kid: 'https://evil.example/key.json' }),
  'kid a command': byThem({ ...header, kid: '$(id)' }),
  'kid with NUL': byThem({ ...header, kid: `${ours.kid}\0` }),
  'kid in upper case': signedByUs(claims, { ...header, kid: ours.kid.toUpperCase() }),
  'kid of the prototype': byThem({ ...header, kid: '__proto__' }),
  'kid constructor': byThem({ ...header, kid: 'constructor' }),
  'kid of nobody': byThem({ ...header, kid: newId() }),
  'another key under our kid': byThem(),

  // Keys and addresses of keys that a token brings along.
  'jwk embedded': byThem({ ...header, jwk: theirPublicJwk }),
  'jwk embedded, without kid': byThem({ alg: 'EdDSA', typ: 'at+jwt', jwk: theirPublicJwk }),
  jku: byThem({ ...header, jku: 'https://evil.example/jwks.json' }),
  'jku, without kid': byThem({ alg: 'EdDSA', typ: 'at+jwt', jku: 'https://evil.example/jwks' }),
  x5u: byThem({ ...header, x5u: 'https://evil.example/chain.pem' }),
  x5c: byThem({ ...header, x5c: ['MIIB'] }),
  'jku beside a true signature': signedByUs(claims, { ...header, jku: `${PUBLIC_ORIGIN}/jwks` }),

  // Extensions.
  'crit of something unknown': signedByUs(claims, { ...header, crit: ['exp'], exp: 1 }),
  'crit empty': signedByUs(claims, { ...header, crit: [] }),
  'b64 false': (async () => {
    const head = encode({ ...header, b64: false, crit: ['b64'] })
    const signed = await signature(`${head}.${JSON.stringify(claims)}`)
    return `${head}.${encode(claims)}.${signed}`
  })(),
  'b64 false without crit': signedByUs(claims, { ...header, b64: false }),
  compressed: signedByUs(claims, { ...header, zip: 'DEF' }),
  'a header of any other name': signedByUs(claims, { ...header, cty: 'JWT' }),

  // Another kind of token.
  'typ missing': signedByUs(claims, { alg: 'EdDSA', kid: ours.kid }),
  'typ JWT': signedByUs(claims, { ...header, typ: 'JWT' }),
  'typ service+jwt': signedByUs(claims, { ...header, typ: 'service+jwt' }),
  'typ a list': signedByUs(claims, { ...header, typ: ['at+jwt'] }),
  'web’s own token': installation.webToken(),
  'chat-api’s own token for the router': installation.routerToken(),
  'an encrypted token': `${encode({ alg: 'dir', enc: 'A256GCM' })}..${encode('a')}.${encode('b')}.${encode('c')}`,

  // For another audience, of another issuer.
  'audience missing': signedByUs(without('aud')),
  'audience provider-router': signedByUs({ ...claims, aud: 'provider-router' }),
  'audience worker': signedByUs({ ...claims, aud: 'worker' }),
  'audience empty': signedByUs({ ...claims, aud: '' }),
  'audience a list without us': signedByUs({ ...claims, aud: ['provider-router', 'web'] }),
  'audience ours with more': signedByUs({ ...claims, aud: 'chat-api-2' }),
  'audience in upper case': signedByUs({ ...claims, aud: 'CHAT-API' }),
  'issuer missing': signedByUs(without('iss')),
  'issuer another': signedByUs({ ...claims, iss: 'https://evil.example' }),
  'issuer a service': signedByUs({ ...claims, iss: 'web' }),
  'issuer with a slash': signedByUs({ ...claims, iss: `${PUBLIC_ORIGIN}/` }),
  'issuer a list': signedByUs({ ...claims, iss: [PUBLIC_ORIGIN] }),

  // Not now.
  expired: signedByUs({ ...claims, exp: nowSeconds - 1 }),
  'expired long ago': signedByUs({ ...claims, exp: 1 }),
  'exp missing': signedByUs(without('exp')),
  'exp a text': signedByUs({ ...claims, exp: String(nowSeconds + 600) }),
  'exp null': signedByUs({ ...claims, exp: null }),
  'exp not a number': signedByUs(`${JSON.stringify(without('exp')).slice(0, -1)},"exp":NaN}`),
  'exp infinite': signedByUs(`${JSON.stringify(without('exp')).slice(0, -1)},"exp":1e999}`),
  'exp negative': signedByUs({ ...claims, exp: -1 }),
  'iat missing': signedByUs(without('iat')),
  'iat a text': signedByUs({ ...claims, iat: 'now' }),
  'nbf in the future': signedByUs({ ...claims, nbf: nowSeconds + 300 }),
  'nbf a text': signedByUs({ ...claims, nbf: 'yesterday' }),

  // Claims that are not as ours.
  'sub missing': signedByUs(without('sub')),
  'sub no id': signedByUs({ ...claims, sub: 'admin' }),
  'sub a list': signedByUs({ ...claims, sub: [userId] }),
  'role of another name': signedByUs({ ...claims, role: 'root' }),
  'role in other letters': signedByUs({ ...claims, role: 'ａｄｍｉｎ' }),
  'role a list': signedByUs({ ...claims, role: ['admin'] }),
  'kind missing': signedByUs(without('kind')),
  'sid missing': signedByUs(without('sid')),
  'ver missing': signedByUs(without('ver')),
  'ver a text': signedByUs({ ...claims, ver: '1' }),
  'ver zero': signedByUs({ ...claims, ver: 0 }),
  'ver not whole': signedByUs({ ...claims, ver: 1.5 }),
  'the claims a list': signedByUs([claims]),
  'the claims a text': signedByUs('"admin"'),
  'the claims null': signedByUs('null'),
  'the claims no JSON': signedByUs('{'),
  'claims under a name that looks like ours': signedByUs({ ...without('sub'), ѕub: userId }),
  'claims of the prototype': signedByUs(
    `${JSON.stringify(without('role')).slice(0, -1)},"__proto__":{"role":"admin"}}`,
  ),
  'a claim twice, the last one false': signedByUs(
    `${JSON.stringify(claims).slice(0, -1)},"aud":"provider-router"}`,
  ),
  'a claim twice, under their key': `${encode(header)}.${encode(
    `${JSON.stringify({ ...claims, role: 'user' }).slice(0, -1)},"role":"admin"}`,
  )}.${genuineSignature}`,

  // Tampered with.
  'another user’s id': `${genuineHeader}.${encode({ ...claims, sub: newId() })}.${genuineSignature}`,
  'a longer life': `${genuineHeader}.${encode({ ...claims, exp: 9_999_999_999 })}.${genuineSignature}`,
  'another header': `${encode({ ...header, kid: newId() })}.${genuinePayload}.${genuineSignature}`,

  // Not the shape of a token.
  'nothing but dots': '..',
  'a dot behind': `${genuine}.`,
  'two dots behind': `${genuine}..`,
  'a dot before': `.${genuine}`,
  'five parts': `${genuine}.a.b`,
  'two parts': `${genuineHeader}.${genuinePayload}`,
  'one part': genuineHeader,
  padded: `${genuineHeader}.${genuinePayload}.${genuineSignature}==`,
  'with letters of the other base64': `${genuineHeader}.${genuinePayload}+/.${genuineSignature}`,
  'with a letter that is not in base64': genuine.replace('.', '.é'),
  'two at once': `${genuine} ${genuine}`,
  'two by a comma': `${genuine},${genuine}`,
  'a list of one': `["${genuine}"]`,
  'very long': `${genuineHeader}.${'A'.repeat(10_000)}.${genuineSignature}`,
  'a header of ten thousand brackets': signedByUs(claims, '['.repeat(1_000)),
  'true but longer than any of ours': signedByUs({ ...claims, more: 'x'.repeat(4_000) }),
  undefined: 'undefined',
  null: 'null',
  'the session’s cookie': decodeURIComponent(administrator.cookies.get('test.session_token')!),
}

test('the genuine one, and one that is made as the attacks are, open the door', async () => {
  for (const token of [genuine, await signedByUs(claims)]) {
    const response = await api
      .browser()
      .fetch('/api/v1/admin/providers', { headers: { authorization: `Bearer ${token}` } })
    expect(response.status).toBe(200)
  }
})

test.each(Object.entries(attacks))('%s opens nothing', async (_name, given) => {
  const token = await given
  // As a bearer token: refused, wherever it is shown.
  for (const path of ['/api/v1/admin/providers', '/api/v1/chats', '/api/v1/me']) {
    const response = await api
      .browser()
      .fetch(path, { headers: { authorization: `Bearer ${token}` } })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'invalid-access-token', status: 401 })
  }
  // As the cookie: nobody is signed in.
  const browser = api.browser()
  browser.cookies.set('test.access', encodeURIComponent(token))
  const me = await browser.json<Me>('/api/v1/me')
  expect(me.user).toBeNull()
  const refused = await browser.get('/api/v1/admin/providers')
  expect(refused.status).toBe(401)
  expect(await refused.json()).toMatchObject({ code: 'sign-in-required' })
})

test('an access token is no service’s token', async () => {
  for (const token of [genuine, await signedByUs({ ...claims, iss: 'web' })]) {
    const response = await api
      .browser()
      .fetch('/api/v1/me', { headers: { 'x-brainlyx-service-token': token } })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'invalid-service-token' })
  }
})

test('a token says what it is, who signed it, and no more than is needed', () => {
  const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
  expect(decoded(genuineHeader)).toEqual(header)
  const payload = decoded(genuinePayload) as JWTPayload
  expect(Object.keys(payload).toSorted()).toEqual(Object.keys(claims).toSorted())
  expect(payload.exp! - payload.iat!).toBe(15 * 60)
})
