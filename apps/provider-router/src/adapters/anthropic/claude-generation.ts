/**
 * `claude-opus-4-7` → 4.7, `claude-sonnet-5` and its dated snapshots → 5; 0 for names from before 4 and for any other,
 * which are taken to be as the oldest are.
 */
export function claudeGeneration(model: string): number {
  const match = /claude-[a-z]+-(\d{1,2})(?:-(\d))?(?!\d)/.exec(model)
  return match === null ? 0 : Number(`${match[1]}.${match[2] ?? 0}`)
}
