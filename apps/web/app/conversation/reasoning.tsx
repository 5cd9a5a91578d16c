import { Markdown } from '../markdown/markdown.tsx'

/** What the model thought before it wrote, folded away. */
export function Reasoning({
  text,
  streaming,
  durationMs,
}: {
  text: string
  streaming: boolean
  durationMs: number | null
}) {
  return (
    <details className="reasoning">
      <summary>{streaming ? 'Thinking…' : thoughtFor(durationMs)}</summary>
      <Markdown text={text} streaming={streaming} />
    </details>
  )
}

function thoughtFor(durationMs: number | null): string {
  if (durationMs === null) return 'Thoughts'
  const seconds = Math.max(1, Math.round(durationMs / 1000))
  return seconds < 60
    ? `Thought for ${seconds} s`
    : `Thought for ${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
