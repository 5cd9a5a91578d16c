/** A value's kind and size, and nothing of what it says: it may be a message, a name or a secret. */
export function redact(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return `text of ${value.length}`
  if (Buffer.isBuffer(value)) return `bytes of ${value.length}`
  if (Array.isArray(value)) return `list of ${value.length}`
  if (value instanceof Date) return 'time'
  return typeof value
}

/** A plan shows what was asked for, since it was made for these very values. */
export function redactPlan(line: string): string {
  return line.replaceAll(/'(?:[^']|'')*'/g, "'…'")
}
