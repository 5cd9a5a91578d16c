import { memo, useState } from 'react'
import type { MarkedToken } from 'marked'
import { BlockSplitter } from './block-splitter.ts'
import { Block } from './block.tsx'

/**
 * Markdown as React elements: no HTML string is ever made, so nothing in it can become markup. While `streaming`,
 * blocks that are finished are neither lexed nor rendered again.
 */
export function Markdown({ text, streaming = false }: { text: string; streaming?: boolean }) {
  const [splitter] = useState(() => new BlockSplitter())
  const { tokens, definitions } = splitter.update(text, !streaming)
  return (
    <div className="markdown">
      {tokens.map((token, index) => (
        // Blocks only ever come after one another: a block's place is its identity.
        <SettledBlock key={index} token={token} definitions={definitions} />
      ))}
    </div>
  )
}

const SettledBlock = memo(
  ({ token }: { token: MarkedToken; definitions: number }) => <Block token={token} />,
  (before, after) =>
    before.token.raw === after.token.raw &&
    before.token.type === after.token.type &&
    before.definitions === after.definitions,
)
