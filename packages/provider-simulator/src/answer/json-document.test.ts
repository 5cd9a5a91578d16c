import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { documentOf } from './json-document.ts'
import { seededRandom } from './seeded-random.ts'

const source = { random: seededRandom(7), keywords: ['weather', 'Paris'], sentence: 'A sentence.' }

describe('documentOf', () => {
  it('makes a document that the schema accepts', () => {
    const Schema = z.object({
      city: z.string(),
      count: z.number().int().min(3).max(9),
      ratio: z.number().max(0.5),
      kind: z.enum(['a', 'b']),
      exactly: z.literal('x'),
      when: z.iso.datetime(),
      mail: z.email(),
      id: z.uuid(),
      maybe: z.string().nullable(),
      either: z.union([z.object({ left: z.boolean() }), z.number()]),
      many: z.array(z.object({ name: z.string().min(12).max(14) })).min(2),
      optional: z.string().optional(),
    })
    const made = documentOf(z.toJSONSchema(Schema), source)
    expect(Schema.safeParse(made).error).toBeUndefined()
    expect(made).toMatchObject({ city: 'Paris' })
  })

  it('ends for a schema that refers to itself', () => {
    const node = {
      type: 'object',
      properties: {
        value: { type: 'string' },
        child: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
        children: { type: 'array', items: { $ref: '#/$defs/node' } },
      },
      required: ['value', 'child', 'children'],
    }
    const made = documentOf({ $ref: '#/$defs/node', $defs: { node } }, source)
    expect(made).toMatchObject({ value: expect.any(String) })
  })

  it('fills all properties where none is required, and nothing where there are none', () => {
    expect(
      documentOf({ type: 'object', properties: { done: { type: 'boolean' } } }, source),
    ).toEqual({
      done: expect.any(Boolean),
    })
    expect(documentOf({ type: 'object' }, source)).toEqual({})
  })
})
