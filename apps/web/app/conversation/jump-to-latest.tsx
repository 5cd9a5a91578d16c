import { DownIcon } from '../icons/icons.tsx'
import { scrollToEnd, useIsAtEnd } from './stick-to-end.ts'

export function JumpToLatest() {
  const atEnd = useIsAtEnd()
  if (atEnd) return null
  return (
    <button
      type="button"
      className="icon-button jump-to-latest"
      aria-label="Jump to the latest message"
      onClick={() => scrollToEnd('smooth')}
    >
      <DownIcon />
    </button>
  )
}
