import { CopyButton } from './copy-button.tsx'
import { keyboardScrolling } from './keyboard-scrolling.ts'

/** @param language what stands after the fence, its first word names the language. */
export function CodeBlock({ code, language }: { code: string; language: string | undefined }) {
  const name = /^[\w+#.-]{1,30}/.exec(language ?? '')?.[0]
  return (
    <figure className="code-block">
      <figcaption>
        <span>{name ?? 'text'}</span>
        <CopyButton text={code} label="Copy code" />
      </figcaption>
      <pre aria-label={name === undefined ? 'Code' : `Code in ${name}`} {...keyboardScrolling}>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
