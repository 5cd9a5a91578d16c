import type { NewApiKey } from '@brainlyx/chat-contract'
import { useEffect, useRef } from 'react'
import { CopyButton } from '../markdown/copy-button.tsx'

/** The only time that a whole key is seen. */
export function NewKey({ made }: { made: NewApiKey }) {
  const section = useRef<HTMLElement>(null)
  useEffect(() => section.current?.focus(), [])
  return (
    <section ref={section} className="new-key" aria-labelledby="new-key-title" tabIndex={-1}>
      <h2 id="new-key-title">Your new key: {made.key.name}</h2>
      <p>Copy it now. It is shown this once, and nobody can show it again.</p>
      <div className="new-key-secret">
        <input
          aria-label="The key"
          readOnly
          value={made.secret}
          spellCheck={false}
          autoComplete="off"
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton text={made.secret} label="Copy" />
      </div>
    </section>
  )
}
