/** How far something is that goes through all chats. */
export function DataProgress({
  label,
  done,
  total,
}: {
  label: string
  done: number
  /** null until they have been counted. */
  total: number | null
}) {
  const known = total !== null && total > 0
  return (
    <div className="data-progress">
      <output>
        {label}
        {known && ` ${done} of ${total} chats`}
      </output>
      <progress aria-label={label} {...(known ? { value: done, max: total } : {})} />
    </div>
  )
}
