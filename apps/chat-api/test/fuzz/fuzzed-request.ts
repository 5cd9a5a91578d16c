import fc from 'fast-check'
import type { MatrixRoute } from '../route-matrix/route-entry.ts'
import { nearly, text, value } from './hostile-values.ts'

export interface FuzzedRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

const encoded = text.map((each) => encodeURIComponent(each.toWellFormed()).slice(0, 2_000))
/** What a header may hold at all; the rest is the corpus of hostile requests. */
const headerText = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
  fc.constantFrom('*', 'bytes=0-', '0-0', '999999999-1', 'W/"x"', '-', 'null', '1, 2', 'a=b; c=d'),
)
const headers = fc.dictionary(
  fc.constantFrom(
    'accept',
    'accept-encoding',
    'accept-language',
    'range',
    'if-none-match',
    'last-event-id',
    'traceparent',
    'idempotency-key',
    'x-forwarded-for',
    'x-http-method-override',
    'user-agent',
    'origin',
    'referer',
    'prefer',
  ),
  headerText,
  { maxKeys: 4 },
)

const bodyTypes = fc.oneof(
  { weight: 6, arbitrary: fc.constant(JSON_TYPE) },
  fc.constantFrom(
    FORM_TYPE,
    'text/plain',
    'application/json; charset=utf-16',
    'application/zip',
    'multipart/form-data; boundary=x',
    'multipart/form-data',
    '',
    'x',
  ),
)

/** Requests of one route: its own, bent in every part. */
export function fuzzedRequest(
  route: MatrixRoute,
  idOf: (name: string) => string,
): fc.Arbitrary<FuzzedRequest> {
  const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
  const ids = fc.tuple(
    ...names.map((name) =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(idOf(name)) }, encoded.map(orDot)),
    ),
  )
  const query = fc.array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom('limit', 'cursor', 'before', 'from', 'until', 'around', 'q', 'action'),
        encoded,
      ),
      encoded,
    ),
    { maxLength: 4 },
  )
  return fc.record({ ids, query, headers, type: bodyTypes, body: bodyOf(route) }).map((parts) => {
    let at = 0
    const path = route.path.replaceAll(/:\w+/g, () => parts.ids[at++]!)
    const pairs = parts.query.map(([name, each]) => `${name}=${each}`).join('&')
    return {
      path: pairs === '' ? path : `${path}?${pairs}`,
      headers: {
        ...parts.headers,
        ...(parts.body === undefined ? {} : { 'content-type': parts.type }),
      },
      body: parts.body,
    }
  })
}

/** `.` and `..` would be another path before anybody sees them. */
const orDot = (id: string): string => (/^\.{0,2}$/.test(id) ? '%2e' : id)

function bodyOf({ method, body }: MatrixRoute): fc.Arbitrary<Buffer | undefined> {
  if (method === 'GET') return fc.constant(undefined)
  const json = (each: unknown): Buffer => Buffer.from(JSON.stringify(each) ?? '')
  return fc.oneof(
    { weight: 6, arbitrary: nearly(body ?? {}).map(json) },
    value.map(json),
    // Cut anywhere, also in the middle of a character.
    fc
      .tuple(value.map(json), fc.nat(200))
      .map(([whole, at]) => whole.subarray(0, Math.min(at, whole.length))),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    encoded.map((each) => Buffer.from(`text=${each}&email=${each}&password=${each}`)),
    fc.constant(undefined),
  )
}
