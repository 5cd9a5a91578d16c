import type { Problem } from '@brainlyx/chat-contract'
import { data } from 'react-router'

/** Ends a loader or action: the nearest error boundary shows `problem` under that status. */
export function failPage(status: number, problem: Problem | null): never {
  // React Router's way to say which status a page has.
  // oxlint-disable-next-line typescript/only-throw-error
  throw data(problem, { status })
}
