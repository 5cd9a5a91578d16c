import { useEffect, useState } from 'react'
import { CheckIcon, CopyIcon } from '../icons/icons.tsx'

const CONFIRMED_MS = 2_000

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return undefined
    const timer = setTimeout(() => setState('idle'), CONFIRMED_MS)
    return () => clearTimeout(timer)
  }, [state])
  const copy = (): void => {
    // Absent outside secure contexts, such as a laptop reached by its address.
    const clipboard: Clipboard | undefined = navigator.clipboard
    if (clipboard === undefined) return setState('failed')
    clipboard.writeText(text).then(
      () => setState('copied'),
      () => setState('failed'),
    )
  }
  const shown = state === 'copied' ? 'Copied' : state === 'failed' ? 'Not allowed here' : label
  return (
    <button type="button" className="small-button needs-script" onClick={copy}>
      {state === 'copied' ? <CheckIcon /> : <CopyIcon />}
      <span aria-live="polite">{shown}</span>
    </button>
  )
}
