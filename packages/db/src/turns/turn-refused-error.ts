export type TurnRefusal = 'turn-exists' | 'line-full' | 'chat-not-found' | 'user-not-found'

/**
 * A turn cannot start; thrown, so that the transaction is rolled back. `turn-exists`: look the turn up, and where the
 * user has none of that id it is somebody else's. `user-not-found`: also a guest who was merged into an account.
 */
export class TurnRefusedError extends Error {
  readonly reason: TurnRefusal

  constructor(reason: TurnRefusal) {
    super(`the turn was refused: ${reason}`)
    this.name = 'TurnRefusedError'
    this.reason = reason
  }
}
