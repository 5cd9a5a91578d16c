import type { Guest } from '../turns/guests.ts'

/** Someone who is signed in. */
export interface Session {
  readonly guest: Guest
  /** Undefined until the first answer. */
  chatId: string | undefined
  /** An answer is being written to them. */
  isReading: boolean
}

export interface Sessions {
  readonly all: Session[]
  /** The next in turn to whom no answer is being written; undefined where there is none. */
  nextIdle(): Session | undefined
  /** The next in turn who has a chat. */
  nextWithChat(): Session | undefined
}

export function createSessions(): Sessions {
  const all: Session[] = []
  const inTurn = (isWanted: (session: Session) => boolean) => {
    let at = 0
    return (): Session | undefined => {
      for (let looked = 0; looked < all.length; looked++) {
        const session = all[at++ % all.length]
        if (session !== undefined && isWanted(session)) return session
      }
      return undefined
    }
  }
  return {
    all,
    nextIdle: inTurn(({ isReading }) => !isReading),
    nextWithChat: inTurn(({ chatId }) => chatId !== undefined),
  }
}
