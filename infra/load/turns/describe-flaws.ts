/** Says how often each flaw was seen, in one line each. */
export function describeFlaws(
  outcomes: readonly { readonly flaw: string | undefined }[],
): string[] {
  const times = new Map<string, number>()
  for (const { flaw } of outcomes) {
    if (flaw !== undefined) times.set(flaw, (times.get(flaw) ?? 0) + 1)
  }
  return [...times].map(([flaw, count]) => `  ${count} times: ${flaw}`)
}
