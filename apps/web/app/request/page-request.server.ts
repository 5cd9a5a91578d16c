import { createContext } from 'react-router'
import type { ChatApi } from '../api/chat-api.server.ts'

export interface PageRequest {
  /** Of this response's script policy. */
  readonly nonce: string
  readonly traceId: string
  readonly chatApi: ChatApi
  /** The address that people type. */
  readonly publicOrigin: string
  /** What one message may have, in characters. */
  readonly messageLengthLimit: number
  readonly logError: (error: unknown) => void
}

/** What a loader or action may use of the request it serves. */
export const pageRequest = createContext<PageRequest>()
