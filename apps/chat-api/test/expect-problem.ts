import { Problem } from '@brainlyx/chat-contract'
import { expect } from 'vitest'

/** Every refusal: the shape that the API promises, with the request’s own trace and nothing of our insides. */
export async function expectProblem(response: Response, status?: number): Promise<Problem> {
  if (status !== undefined) expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toMatch('application/problem+json')
  const problem = Problem.parse(await response.json())
  expect(problem.status).toBe(response.status)
  expect(problem.traceId).toBe(response.headers.get('x-trace-id'))
  expect(problem.code).toMatch(/^[a-z]+(-[a-z]+)*$/)
  expect(JSON.stringify(problem)).not.toMatch(/CANARY|node_modules|\bat .*\(.*:\d+\)|postgres/i)
  return problem
}
