export interface ServiceErrorOptions {
  /** Kebab-case and stable: clients decide by it. */
  code: string
  /** HTTP status. */
  status: number
  /** A short sentence for people; the same for every error of this code. */
  title: string
  /** What happened this time and what to do. Never an upstream's own words, a key or a stack. */
  detail?: string | undefined
  /** Whether the same request may succeed later. */
  retryable?: boolean
  retryAfterMs?: number | undefined
  fields?: readonly FieldError[] | undefined
  /** Which limit was reached, by its name. */
  limit?: string | undefined
  cause?: unknown
}

export interface FieldError {
  readonly path: string
  readonly message: string
}

/** A failure with a name, decided where it is born. Anything else that is thrown leaves as a 500 without words. */
export class ServiceError extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly fields: readonly FieldError[] | undefined
  readonly limit: string | undefined

  constructor(options: ServiceErrorOptions) {
    super(options.detail ?? options.title, { cause: options.cause })
    this.name = 'ServiceError'
    this.code = options.code
    this.status = options.status
    this.title = options.title
    this.detail = options.detail
    this.retryable = options.retryable ?? false
    this.retryAfterMs = options.retryAfterMs
    this.fields = options.fields
    this.limit = options.limit
  }
}
