/** A message in two: what is wanted, and the text that it is wanted of. */
export interface Split {
  readonly wish: string
  /** Empty where the whole message is the wish. */
  readonly material: string
}

const LONGEST_WISH = 300
const LONGEST_LAST_LINE = 150
const MUCH = 300
const SHORTEST_MATERIAL = 8
/** "Translate: …", a line of its own, a quotation. */
const BORDER = /: |：|:?\n|["“„«「]/

/** The end of the first line, where much follows it; otherwise whatever comes first. */
function borderOf(start: string, length: number): RegExpExecArray | null {
  const lineEnd = /:?\n/.exec(start)
  if (lineEnd !== null && length - lineEnd.index > MUCH) return lineEnd
  return BORDER.exec(start)
}

/**
 * "Make this nicer: no refunds" is a wish and its material. The wish stands before the first colon, quotation mark or
 * end of a line; a last line after pasted lines belongs to it as well.
 */
export function splitMaterial(prose: string): Split {
  const text = prose.trim()
  const border = borderOf(text.slice(0, LONGEST_WISH), text.length)
  if (border === null) return { wish: text, material: '' }
  const before = text.slice(0, border.index)
  const rest = text.slice(border.index + border[0].length)
  const lastBreak = rest.lastIndexOf('\n')
  const lastLine = lastBreak === -1 ? '' : rest.slice(lastBreak + 1)
  const isWish = lastLine !== '' && lastLine.length <= LONGEST_LAST_LINE
  const material = isWish ? rest.slice(0, lastBreak) : rest
  if (material.trim().length < SHORTEST_MATERIAL) return { wish: text, material: '' }
  return { wish: isWish ? `${before}\n${lastLine}` : before, material }
}
