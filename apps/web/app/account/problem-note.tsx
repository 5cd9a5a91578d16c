import type { Problem } from '@brainlyx/chat-contract'

/** Why a form was refused, for eyes and ears. */
export function ProblemNote({ problem }: { problem: Problem | undefined }) {
  if (problem === undefined) return null
  return (
    <p className="form-problem" role="alert">
      {problem.title} {problem.code === 'invalid-request' ? null : problem.detail}
    </p>
  )
}

/** What is wrong with each field. */
export function wrongFields(problem: Problem | undefined): ReadonlyMap<string, string> {
  return new Map(problem?.fields?.map(({ path, message }) => [path, message]))
}
