/** One key of one provider. */
export interface Credential {
  readonly providerId: string
  readonly key: string
}

/** The last four characters, for telling two keys apart; none of a key so short that they would give it away. */
export function keyHint(key: string): string {
  return key.length < 12 ? '····' : key.slice(-4)
}
