import { Fragment } from 'react'
import type { ReactNode } from 'react'
import type { MarkedToken, Token, Tokens } from 'marked'
import { isMarkedToken } from './block-splitter.ts'
import { decodeCharacterReferences } from './character-references.ts'
import { CodeBlock } from './code-block.tsx'
import { Inline } from './inline.tsx'
import { keyboardScrolling } from './keyboard-scrolling.ts'

/** One block of an answer. Its headings come below the page's own two levels. */
export function Block({ token }: { token: MarkedToken }): ReactNode {
  switch (token.type) {
    case 'paragraph':
      return (
        <p>
          <Inline tokens={token.tokens} />
        </p>
      )
    case 'heading':
      return <Heading token={token} />
    case 'code':
      return <CodeBlock code={token.text} language={token.lang} />
    case 'list':
      return <List token={token} />
    case 'table':
      return <Table token={token} />
    case 'blockquote':
      return (
        <blockquote>
          <BlockList tokens={token.tokens} />
        </blockquote>
      )
    case 'hr':
      return <hr />
    case 'html':
      return token.raw.trim() === '' ? null : <p className="markdown-source">{token.raw.trim()}</p>
    case 'text':
      return token.tokens === undefined ? (
        decodeCharacterReferences(token.text)
      ) : (
        <Inline tokens={token.tokens} />
      )
    case 'space':
    case 'def':
      return null
    default:
      return <Inline tokens={[token]} />
  }
}

function BlockList({ tokens }: { tokens: readonly Token[] }) {
  return tokens.filter(isMarkedToken).map((token, index) => (
    <Fragment key={index}>
      <Block token={token} />
    </Fragment>
  ))
}

function Heading({ token }: { token: Tokens.Heading }) {
  const Tag = token.depth <= 1 ? 'h3' : token.depth === 2 ? 'h4' : token.depth === 3 ? 'h5' : 'h6'
  return (
    <Tag>
      <Inline tokens={token.tokens} />
    </Tag>
  )
}

function List({ token }: { token: Tokens.List }) {
  const items = token.items.map((item, index) => (
    <li key={index} className={item.task ? 'task' : undefined}>
      <BlockList tokens={item.tokens} />
    </li>
  ))
  if (!token.ordered) return <ul>{items}</ul>
  return <ol start={token.start === '' ? 1 : token.start}>{items}</ol>
}

function Table({ token }: { token: Tokens.Table }) {
  return (
    <div className="table-scroll" aria-label="Table" {...keyboardScrolling}>
      <table>
        <thead>
          <tr>
            {token.header.map((cell, column) => (
              <th key={column} scope="col" data-align={cell.align ?? undefined}>
                <Inline tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} data-align={cell.align ?? undefined}>
                  <Inline tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
