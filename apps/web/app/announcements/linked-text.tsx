import { Fragment } from 'react'
import { safeLink } from '../markdown/safe-link.ts'

/** A web address up to the next space; what ends a sentence after it does not belong to it. */
const ADDRESS = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?'’”»)\]}])/gi

/** Plain text in which addresses are links that show where they lead. Nothing else in it means anything. */
export function LinkedText({ text }: { text: string }) {
  // Split by a group, every second piece is an address.
  return text.split(ADDRESS).map((piece, index) => {
    const href = index % 2 === 1 ? safeLink(piece) : undefined
    return href === undefined ? (
      <Fragment key={index}>{piece}</Fragment>
    ) : (
      <a key={index} href={href} target="_blank" rel="noopener noreferrer">
        {piece}
      </a>
    )
  })
}
