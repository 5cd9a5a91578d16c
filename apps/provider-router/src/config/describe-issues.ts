import type { z } from 'zod'
import type { Problem } from './interpolate.ts'
import { didYouMean } from './nearest.ts'
import { knownKeys } from './router-file-schema.ts'

type Issue = z.core.$ZodIssue

/**
 * What a schema found, as sentences that never repeat a value, since it may be a key. One problem each: of several
 * unknown keys each is named, and of alternatives the one that was meant speaks.
 * @param value what was checked
 */
export function describeIssues(issues: readonly Issue[], value: unknown): Problem[] {
  return issues.flatMap((issue) => describe(issue, value, []))
}

function describe(issue: Issue, value: unknown, parent: readonly PropertyKey[]): Problem[] {
  const path = [...parent, ...issue.path]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        part: 'key',
        message: `is not known here${didYouMean(key, knownKeys(path))}`,
      }))
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, part: 'key', message }))
    case 'invalid_type':
      return [{ path, message: typeMessage([issue.expected], valueAt(value, path)) }]
    case 'invalid_value':
      return [{ path, message: choiceMessage(issue.values, valueAt(value, path)) }]
    case 'invalid_union': {
      const meant = issue.errors.filter((errors) => !isOfOtherType(errors))
      if (meant.length === 1) return meant[0]!.flatMap((inner) => describe(inner, value, path))
      const expected = issue.errors
        .flat()
        .map((inner) => ('expected' in inner ? inner.expected : ''))
      return [{ path, message: typeMessage(expected, valueAt(value, path)) }]
    }
    default:
      return [{ path, message: issue.message }]
  }
}

function isOfOtherType(errors: readonly Issue[]): boolean {
  return errors.some(({ code, path }) => code === 'invalid_type' && path.length === 0)
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

function typeMessage(expected: readonly string[], value: unknown): string {
  if (value === undefined) return 'is missing'
  return `must be ${expected.map((type) => WORDS[type] ?? type).join(' or ')}`
}

function choiceMessage(choices: readonly unknown[], value: unknown): string {
  if (value === undefined) return 'is missing'
  const words = choices.map(String)
  const meant = typeof value === 'string' ? didYouMean(value, words) : ''
  return `must be one of ${words.join(', ')}${meant}`
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (node as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  )
}
