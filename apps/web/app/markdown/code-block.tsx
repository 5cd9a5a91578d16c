import { CopyButton } from './copy-button.tsx'

/** @param language what stands after the fence, its first word names the language. */
export function CodeBlock({ code, language }: { code: string; language: string | undefined }) {
  const name = /^[\w+#.-]{1,30}/.exec(language ?? '')?.[0]
  return (
    <figure className="code-block">
      <figcaption>
        <span>{name ?? 'text'}</span>
        <CopyButton text={code} label="Copy code" />
      </figcaption>
      {/* Long lines scroll, also by keyboard. */}
      <pre tabIndex={0} aria-label={name === undefined ? 'Code' : `Code in ${name}`} role="group">
        <code>{code}</code>
      </pre>
    </figure>
  )
}
