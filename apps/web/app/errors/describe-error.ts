export interface ErrorDescription {
  title: string
  detail: string | undefined
  retryable: boolean
  /** A sign-in may help. */
  signIn: boolean
  traceId: string | undefined
}

/** Words for a page that could not be made. @param thrown a problem of chat-api, or anything else. */
export function describeError(status: number, thrown: unknown): ErrorDescription {
  const problem = typeof thrown === 'object' && thrown !== null ? thrown : {}
  const text = (key: string): string | undefined => {
    const value: unknown = Reflect.get(problem, key)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const traceId = text('traceId')
  if (status === 404) {
    return {
      title: 'There is nothing here',
      detail: 'The chat or page may have been deleted, or belongs to somebody else.',
      retryable: false,
      signIn: false,
      traceId,
    }
  }
  if (status === 401) {
    return {
      title: 'Sign in to see this',
      detail: 'This page belongs to an account, and you are not signed in.',
      retryable: false,
      signIn: true,
      traceId,
    }
  }
  return {
    title: text('title') ?? 'This page could not be made',
    detail:
      text('detail') ??
      (status >= 500 ? 'Something went wrong on our side. Try again in a moment.' : undefined),
    retryable: status >= 500 || Reflect.get(problem, 'retryable') === true,
    signIn: false,
    traceId,
  }
}
