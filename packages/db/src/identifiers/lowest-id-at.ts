/** The lowest UUIDv7 (RFC 9562) that can be made at `time`: what an index of ids is entered by. */
export function lowestIdAt(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
