/**
 * `claude-opus-4-7` → 4.7, `claude-sonnet-5` and its dated snapshots → 5; 0 for names from before 4 and for any other,
 * which are taken to be as the oldest are.
 */
export function claudeGeneration(model: string): number {
  const match = /claude-[a-z]+-(\d{1,2})(?:-(\d))?(?!\d)/.exec(model)
  return match === null ? 0 : Number(`${match[1]}.${match[2] ?? 0}`)
}

/** Whether a model learns of tools in the middle of a conversation, by references to them. Haiku came to it last. */
export function takesReferences(model: string): boolean {
  return claudeGeneration(model) >= (model.includes('haiku') ? 5 : 4.5)
}

/** Whether a model takes a system prompt in the middle of a conversation. Others answer 400. */
export function takesLaterSystem(model: string): boolean {
  return claudeGeneration(model) >= 4.8
}
