const FILTERS: readonly (readonly [string, string])[] = [
  ['green tea', 'both words, in any of their forms'],
  ['"green tea"', 'exactly this phrase'],
  ['deploy*', 'words that begin like this'],
  ['-coffee', 'without this word'],
  ['title:travel', 'only in chats with this in their title'],
  ['model:gpt', 'answers by models of this name'],
  ['after:2026-10', 'from this year, month or day on'],
  ['before:2026-11-30', 'until before it (UTC)'],
  ['has:file', 'messages with a file'],
]

export function SearchHelp({ open }: { open: boolean }) {
  return (
    <details className="search-help" open={open}>
      <summary>What can be searched for</summary>
      <dl>
        {FILTERS.map(([example, meaning]) => (
          <div key={example}>
            <dt>
              <code>{example}</code>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
