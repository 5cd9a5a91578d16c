import type { z } from 'zod'

/** Who is turned away last where there is too much to do, and first. */
export type Criticality = 'critical' | 'normal' | 'optional'

/** One route of chat-api: what it takes, what it answers, who may call it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Express path below {@link API_PREFIX}. */
  readonly path: string
  readonly summary: string
  /** `public`: anyone. `user`: signed in, guests too. `admin`: administrators. */
  readonly access: 'public' | 'user' | 'admin'
  /** Critical work has limits and places of its own. Default: `normal`. */
  readonly criticality?: Criticality
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** The 2xx status and its body; `response` absent: no body. */
  readonly status: number
  readonly response?: z.ZodType
  /** The route can answer as `text/event-stream` of {@link TurnFrame}. */
  readonly streams?: boolean
  /** The body is a file of this media type, or a form with such a file; the route reads it by itself. */
  readonly upload?: string
  /** The route answers by sending a browser elsewhere; its status is then 303. */
  readonly redirects?: boolean
  /** The route answers with a file of this media type. */
  readonly file?: string
}

export const API_PREFIX = '/api/v1'
