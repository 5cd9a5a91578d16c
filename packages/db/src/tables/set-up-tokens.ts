/** What replicas printed at their boot while nobody administrated. */
export interface SetUpTokensTable {
  /** SHA-256, in base64url. */
  hash: string
  expiresAt: Date
}
