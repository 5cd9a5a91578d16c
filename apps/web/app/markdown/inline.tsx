import { Fragment } from 'react'
import type { ReactNode } from 'react'
import type { MarkedToken, Token } from 'marked'
import { isMarkedToken } from './block-splitter.ts'
import { decodeCharacterReferences } from './character-references.ts'
import { RemoteImage } from './remote-image.tsx'
import { safeLink } from './safe-link.ts'

/** What stands within a block. */
export function Inline({ tokens }: { tokens: readonly Token[] | undefined }): ReactNode {
  return (tokens ?? [])
    .filter(isMarkedToken)
    .map((token, index) => <Fragment key={index}>{inline(token)}</Fragment>)
}

function inline(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'text':
      return token.tokens === undefined ? (
        decodeCharacterReferences(token.text)
      ) : (
        <Inline tokens={token.tokens} />
      )
    case 'escape':
      return token.text
    case 'strong':
      return (
        <strong>
          <Inline tokens={token.tokens} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      )
    case 'del':
      return (
        <del>
          <Inline tokens={token.tokens} />
        </del>
      )
    case 'codespan':
      return <code>{token.text}</code>
    case 'br':
      return <br />
    case 'link':
      return <Link href={token.href} tokens={token.tokens} />
    case 'image':
      return <RemoteImage source={token.href} description={token.text} />
    case 'checkbox':
      return <input type="checkbox" checked={token.checked} disabled readOnly aria-label="Done" />
    default:
      // Raw HTML among it: shown as it is written.
      return token.raw
  }
}

function Link({ href, tokens }: { href: string; tokens: readonly Token[] }) {
  const address = safeLink(decodeCharacterReferences(href))
  if (address === undefined) return <Inline tokens={tokens} />
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      <Inline tokens={tokens} />
    </a>
  )
}
