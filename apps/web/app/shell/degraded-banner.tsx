/** What somebody notices of a part that is away. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  redis:
    'Answers still arrive here, but another tab or a reload cannot follow them until they end.',
  'provider-router':
    'The models cannot be reached at the moment. What you send may not be answered.',
}

export function DegradedBanner({ degraded }: { degraded: readonly string[] }) {
  if (degraded.length === 0) return null
  return (
    <output className="banner">
      {degraded
        .map((part) => CONSEQUENCES[part] ?? `A part of this installation is away: ${part}.`)
        .join(' ')}
    </output>
  )
}
