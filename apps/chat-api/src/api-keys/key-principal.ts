/**
 * A program that showed an API key. On purpose it has nothing in common with the `Principal` of an access token: no
 * route that takes one can take the other by accident.
 */
export interface KeyPrincipal {
  readonly keyId: string
  /** `users.id` of whom it acts for. */
  readonly keyOwnerId: string
  /** What of the key is shown. */
  readonly prefix: string
  /** null: all. */
  readonly models: readonly string[] | null
}
