import type { z } from 'zod'

/** The environment is unusable. The message names every bad key, a sentence each. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `The environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    )
    this.name = 'ConfigurationError'
    this.problems = problems
  }
}

/**
 * For a rule over several keys (`superRefine(rule, ALONGSIDE_OTHER_PROBLEMS)`): it is checked even where other keys are
 * bad, so that all problems are named at once. Its values may then be absent or raw: take them as `Partial`.
 */
export const ALONGSIDE_OTHER_PROBLEMS = { when: (): boolean => true }

/**
 * Reads `environment` by `schema`; an empty value counts as absent.
 * @throws {ConfigurationError} naming all bad keys at once.
 */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const result = schema.safeParse(given)
  if (result.success) return result.data
  throw new ConfigurationError(
    result.error.issues.map((issue) => {
      const key = issue.path.join('.') || 'environment'
      return given[key] === undefined && issue.code === 'invalid_type'
        ? `${key} is missing.`
        : `${key}: ${issue.message}.`
    }),
  )
}
