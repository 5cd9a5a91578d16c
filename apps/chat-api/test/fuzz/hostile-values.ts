import fc from 'fast-check'

/** Text as nobody types it: NUL, halves of pairs, right-to-left, markup, SQL, paths, what templates expand. */
const nastyText = fc.constantFrom(
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud83d',
  '\udc00x',
  '\u202e\u0000\ufeff',
  '💥'.repeat(2_000),
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  "' OR 1=1 --",
  "'; drop table users; --",
  '../../../etc/passwd',
  '${process.env.AUTH_SECRET}',
  '{{constructor.constructor("return process")()}}',
  '%00%0d%0aset-cookie: a=b',
  '\r\nset-cookie: a=b',
  'NaN',
  '-0',
  '1e400',
  '0198c0de-0000-7000-8000-000000000000',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-7fff-bfff-ffffffffffff',
  '9999-12-31T23:59:59.999Z',
  '-271821-04-20T00:00:00.000Z',
  '2026-02-30T00:00:00Z',
  'x'.repeat(100_000),
)

export const text = fc.oneof(nastyText, fc.string({ unit: 'binary', maxLength: 60 }))

const number = fc.oneof(
  fc.constantFrom(0, -0, -1, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 63, 2 ** 31, 0.1),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
)

/** A name that means something to an object, to us, or to nobody. */
const key = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'length',
    '$where',
    'role',
    'userId',
    'tier',
    'turnId',
    'parentId',
    'model',
    '',
  ),
  fc.string({ maxLength: 12 }),
)

export const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(text, number, fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map(objectOf),
  ),
})).value

/** As JSON has it: `__proto__` is a member of its own. */
function objectOf(members: readonly (readonly [string, unknown])[]): unknown {
  const json = members.map(([name, member]) => `${JSON.stringify(name)}:${JSON.stringify(member)}`)
  return JSON.parse(`{${json.join(',')}}`) as unknown
}

/** A body that is nearly right: some members replaced, some left out, some added. */
export function nearly(body: object): fc.Arbitrary<unknown> {
  const members = Object.entries(body)
  const changed = members.map(([name, right]) =>
    fc
      .oneof({ weight: 3, arbitrary: fc.constant(right) }, value, fc.constant(LEFT_OUT))
      .map((member) => [name, member] as const),
  )
  const added = fc.array(fc.tuple(key, value), { maxLength: 3 })
  return fc
    .tuple(fc.tuple(...changed), added)
    .map(([own, more]) => objectOf([...own.filter(([, member]) => member !== LEFT_OUT), ...more]))
}
const LEFT_OUT = Symbol('left out')
