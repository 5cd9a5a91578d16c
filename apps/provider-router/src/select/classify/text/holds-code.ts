import { holdsCodeBlock } from './examined-text.ts'
import { SHAPES } from './shapes.ts'

/** In a block of code, or pasted as it is. */
export function holdsCode(text: string): boolean {
  return (
    holdsCodeBlock(text) ||
    SHAPES.statement.test(text) ||
    SHAPES.markup.test(text) ||
    SHAPES.lineEnding.test(text)
  )
}
