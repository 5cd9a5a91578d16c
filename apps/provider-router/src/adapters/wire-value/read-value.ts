// What a provider sends is read, never trusted: a value of another type counts as absent.

export type WireObject = Record<string, unknown>

export function asObject(value: unknown): WireObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as WireObject)
    : undefined
}

const NONE: readonly WireObject[] = []

/** The objects in a list; anything else in it is left out. */
export function asObjects(value: unknown): readonly WireObject[] {
  if (!Array.isArray(value)) return NONE
  return value.filter((item): item is WireObject => asObject(item) !== undefined)
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Absent where it is empty too. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Only the entries that have a value. */
export function present<Key extends string>(
  entries: Readonly<Record<Key, number | undefined>>,
): Partial<Record<Key, number>> {
  const known: Partial<Record<Key, number>> = {}
  for (const key in entries) if (entries[key] !== undefined) known[key] = entries[key]
  return known
}
