import type { Finding } from './check-turns.ts'
import { isFinal } from './history.ts'
import type { TurnHistory } from './history.ts'

const STACK = /\n\s+at |node_modules|\.ts:\d+/

/** I8: every answer that is no success, and every failure inside a stream, has the shape of an error. */
export function checkCalls({ turnId, calls, frames }: TurnHistory): Finding[] {
  const problems = calls.flatMap(({ request, status, problem }) =>
    problem === undefined
      ? []
      : [{ where: `${request} ${status}`, text: problem.body, type: problem.contentType }],
  )
  const failures = frames.filter(isFinal).flatMap(({ frame }) =>
    frame.type === 'turn-error'
      ? [
          {
            where: 'turn-error',
            text: JSON.stringify(frame.problem),
            type: 'application/problem+json',
          },
        ]
      : [],
  )
  return [...problems, ...failures].flatMap(({ where, text, type }) => {
    const flaw = flawOf(type, text)
    return flaw === undefined
      ? []
      : [{ violation: 'error shape' as const, turnId, detail: `${where}: ${flaw}` }]
  })
}

function flawOf(contentType: string, body: string): string | undefined {
  if (!contentType.startsWith('application/problem+json')) return `is ${contentType || 'untyped'}`
  if (STACK.test(body)) return 'shows a stack'
  let problem: Record<string, unknown>
  try {
    problem = JSON.parse(body) as Record<string, unknown>
  } catch {
    return 'is no JSON'
  }
  if (!/^[a-z][a-z0-9-]*$/.test(String(problem['code'])))
    return `code is ${String(problem['code'])}`
  if (typeof problem['traceId'] !== 'string') return 'has no trace id'
  return typeof problem['retryable'] === 'boolean' ? undefined : 'does not say whether to retry'
}
