/** One request, as bytes, that no well-meant client sends. */
export interface HostileRequest {
  readonly name: string
  /** In latin1. */
  readonly raw: string
  /** `refused`: nothing but 4xx, or no answer at all. `harmless`: anything below 500. */
  readonly expect: 'refused' | 'harmless'
}

export const INJECTED_HEADER = 'x-injected'
/** Set by what must not be taken for a second request. */
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n'

/**
 * Headers and first lines as attackers send them. Each is sent to `path`, and asks to be closed after it, so that one
 * answer is all there may be.
 * @param options.headers what a request needs to get past the first gate, a cookie for instance
 */
export function hostileRequests(options: {
  path: string
  headers?: Readonly<Record<string, string>>
}): HostileRequest[] {
  const { path } = options
  const own = Object.entries(options.headers ?? {})
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  const get = (target: string, lines = ''): string =>
    `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${own}${lines}\r\n`
  const post = (lines: string, body = ''): string =>
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${own}${lines}\r\n${body}`
  const refused = (name: string, raw: string): HostileRequest => ({ name, raw, expect: 'refused' })
  const harmless = (name: string, raw: string): HostileRequest => ({
    name,
    raw,
    expect: 'harmless',
  })
  const injection = `%0d%0a${INJECTED_HEADER}:%201%0d%0a%0d%0a<script>`

  return [
    // Smuggling: two readers of one connection must not see two different requests.
    refused('two lengths', post('content-length: 0\r\ncontent-length: 44\r\n', SMUGGLED)),
    refused('two lengths in one', post('content-length: 0, 44\r\n', SMUGGLED)),
    refused(
      'a length and chunks',
      post('content-length: 5\r\ntransfer-encoding: chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    ),
    refused(
      'chunks and a length',
      post('transfer-encoding: chunked\r\ncontent-length: 5\r\n', `0\r\n\r\n${SMUGGLED}`),
    ),
    refused('chunks, obscured', post('transfer-encoding: xchunked\r\n', `0\r\n\r\n${SMUGGLED}`)),
    refused(
      'chunks before another encoding',
      post('transfer-encoding: chunked, identity\r\n', `0\r\n\r\n${SMUGGLED}`),
    ),
    refused(
      'chunks behind a space',
      post('transfer-encoding : chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    ),
    refused(
      'chunks behind a tab',
      post('transfer-encoding:\x0bchunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    ),
    refused(
      'chunks twice',
      post('transfer-encoding: chunked\r\ntransfer-encoding: cow\r\n', `0\r\n\r\n${SMUGGLED}`),
    ),
    refused('a chunk of no size', post('transfer-encoding: chunked\r\n', `x\r\n\r\n${SMUGGLED}`)),
    refused(
      'a chunk of a negative size',
      post('transfer-encoding: chunked\r\n', `-1\r\n\r\n${SMUGGLED}`),
    ),
    refused(
      'a chunk of a size beyond all',
      post('transfer-encoding: chunked\r\n', `ffffffffffffffffff\r\nx`),
    ),
    refused('a negative length', post('content-length: -1\r\n')),
    refused('a length in hex', post('content-length: 0x10\r\n')),
    refused('a length with a sign', post('content-length: +5\r\n', 'hello')),
    refused('a length beyond all', post(`content-length: ${'9'.repeat(40)}\r\n`)),
    refused('a length that is no number', post('content-length: many\r\n')),
    refused('a folded header', get(path, 'x-folded: a\r\n transfer-encoding: chunked\r\n')),
    refused('a header without a colon', get(path, 'x-broken\r\n')),
    refused('a header without a name', get(path, ': value\r\n')),
    refused('a space in a name', get(path, 'x broken: 1\r\n')),
    refused('NUL in a name', get(path, 'x\0y: 1\r\n')),
    refused('NUL in a value', get(path, 'x-nul: a\0b\r\n')),
    refused('a bare CR in a value', get(path, 'x-cr: a\rset-cookie: b\r\n')),
    refused(
      'a bare LF ends a line',
      `GET ${path} HTTP/1.1\nhost: localhost\nconnection: close\n\n`,
    ),
    refused('a value of 64 kB', get(path, `x-long: ${'x'.repeat(65_536)}\r\n`)),
    refused('a cookie of 64 kB', get(path, `cookie: a=${'x'.repeat(65_536)}\r\n`)),
    refused('a path of 64 kB', get(`/${'x'.repeat(65_536)}`)),
    refused(
      '10,000 headers',
      get(path, Array.from({ length: 10_000 }, (_, at) => `x-${at}: 1\r\n`).join('')),
    ),
    refused('no host', `GET ${path} HTTP/1.1\r\nconnection: close\r\n\r\n`),
    refused('an unknown method', `HACK ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`),
    refused('a method in lower case', `get ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`),
    refused('an unknown version', `GET ${path} HTTP/9.9\r\nhost: localhost\r\n\r\n`),
    refused('HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    refused('TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
    refused('nothing but blanks', '    \r\n\r\n'),
    refused('bytes', '\xff\xfe\x00\x01\x02\r\n\r\n'),
    refused('a path with a space', get('/a b')),
    refused('a path with NUL', get('/a\0b')),
    refused('an upgrade by CONNECT', 'CONNECT 169.254.169.254:80 HTTP/1.1\r\nhost: x\r\n\r\n'),
    refused('a path that climbs', get('/../../etc/passwd')),
    refused('a path that climbs, encoded', get('/%2e%2e/%2e%2e/etc/passwd')),
    refused('a path that climbs, encoded twice', get('/%252e%252e/%252e%252e/etc/passwd')),
    refused('a path that climbs, by backslashes', get('/..\\..\\etc\\passwd')),
    refused('a path that cannot be decoded', get('/%')),
    refused('a path of bytes that are not UTF-8', get('/%ff%fe')),
    refused('another server’s URL', get('http://169.254.169.254/latest/meta-data')),
    refused('a URL without a scheme', get('//evil.example/')),
    // What must change nothing.
    harmless('our path in another server’s URL', get(`http://evil.example${path}`)),
    harmless('two hosts', get(path, 'host: evil.example\r\n')),
    harmless('another host', get(path).replace('localhost', 'evil.example')),
    harmless('a host with credentials', get(path).replace('localhost', 'a:b@evil.example')),
    harmless(
      'a host that is a script',
      get(path).replace('localhost', '"><script>alert(1)</script>'),
    ),
    harmless('an empty host', get(path).replace('localhost', '')),
    harmless(
      'a forwarded host',
      get(path, 'x-forwarded-host: evil.example\r\nx-host: evil.example\r\n'),
    ),
    harmless(
      'a forwarded scheme and port',
      get(path, 'x-forwarded-proto: https\r\nx-forwarded-port: 1\r\n'),
    ),
    harmless('Forwarded', get(path, 'forwarded: for=127.0.0.1;host=evil.example;proto=https\r\n')),
    harmless(
      'a thousand forwarded addresses',
      get(path, `x-forwarded-for: ${'10.0.0.1,'.repeat(1_000)}\r\n`),
    ),
    harmless('a forwarded address that is none', get(path, "x-forwarded-for: ' or 1=1 --\r\n")),
    harmless(
      'another method asked for',
      post('x-http-method-override: DELETE\r\ncontent-length: 0\r\n'),
    ),
    harmless(
      'another method asked for, in other words',
      post('x-http-method: DELETE\r\nx-method-override: PUT\r\ncontent-length: 0\r\n'),
    ),
    harmless(
      'another path asked for',
      get(path, 'x-original-url: /admin\r\nx-rewrite-url: /admin\r\n'),
    ),
    harmless('a trace that is none', get(path, 'traceparent: 00-zz-<script>-01\r\n')),
    harmless('a trace of 8 kB', get(path, `traceparent: ${'0'.repeat(8_000)}\r\n`)),
    harmless('a range of all sorts', get(path, `range: bytes=${'0-1,'.repeat(500)}\r\n`)),
    harmless('types of all sorts', get(path, `accept: ${'a/b;q=0.1,'.repeat(500)}\r\n`)),
    harmless('languages of all sorts', get(path, `accept-language: ${'x-'.repeat(2_000)}\r\n`)),
    harmless('encodings that nobody knows', get(path, 'accept-encoding: ../../etc, *;q=x\r\n')),
    harmless(
      'a condition that is none',
      get(path, 'if-none-match: ****\r\nif-modified-since: never\r\n'),
    ),
    harmless('a cursor that is none', get(path, 'last-event-id: ../../etc\r\n')),
    harmless(
      'names of an object’s insides',
      get(path, '__proto__: 1\r\nconstructor: 1\r\nhasownproperty: 1\r\n'),
    ),
    harmless(
      'a cookie of an object’s insides',
      get(path, 'cookie: __proto__=1; constructor=2; =3; ;;; a\r\n'),
    ),
    harmless('a cookie of bytes', get(path, 'cookie: a=\xff\xfe; %00=%\r\n')),
    harmless('credentials of another kind', get(path, 'authorization: Basic YTpi\r\n')),
    harmless(
      'credentials without an end',
      get(path, `authorization: Bearer ${'a.'.repeat(3_000)}\r\n`),
    ),
    harmless(
      'an upgrade',
      get(path, 'upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: x\r\n'),
    ),
    harmless(
      'an upgrade to HTTP/2',
      get(path, 'upgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n'),
    ),
    harmless(
      'a promise of a body that never comes',
      post('expect: 100-continue\r\ncontent-length: 0\r\n'),
    ),
    harmless('another expectation', post('expect: miracles\r\ncontent-length: 0\r\n')),
    harmless('a header in a query', get(`${path}?a=${injection}`)),
    harmless('a header in a path', get(`${path}${injection}`)),
    harmless('a header in a path of its own', get(`/${injection}`)),
    harmless(
      'an object’s insides in a query',
      get(`${path}?__proto__[x]=1&constructor[prototype][x]=1`),
    ),
    harmless('a query of 8 kB', get(`${path}?${'a=1&'.repeat(2_000)}`)),
    harmless('a query that cannot be decoded', get(`${path}?a=%&%=b&%ff=%00`)),
    harmless('HTTP/1.0', `GET ${path} HTTP/1.0\r\n${own}\r\n`),
    harmless('an asterisk', 'OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'),
    harmless('blank lines before', `\r\n\r\n${get(path)}`),
  ]
}
