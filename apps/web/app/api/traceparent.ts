/** A new W3C trace: its id is in every log line on the way to the provider. */
export function newTraceparent(): string {
  const hex = (bytes: number): string =>
    Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('')
  return `00-${hex(16)}-${hex(8)}-01`
}
