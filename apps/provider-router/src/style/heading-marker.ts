export interface HeadingMarker {
  readonly indentation: string
  /** 1 to 6 */
  readonly level: number
  /** The text begins right behind the hashes, which makes it no heading yet. */
  readonly lacksSpace: boolean
}

/**
 * The marker of an ATX heading at the beginning of a line. One hash before a letter is a hashtag; two or more are a
 * heading that lacks its space. Only letters of one UTF-16 unit count, so that one unit decides.
 * @param line as far as it has come
 * @param isWhole whether nothing of the line is still to come
 * @returns undefined: not a heading, whatever follows
 */
export function readHeadingMarker(
  line: string,
  isWhole: boolean,
): HeadingMarker | 'undecided' | undefined {
  const [all, indentation, hashes] = /^( {0,3})(#{0,7})/.exec(line)!
  const level = hashes!.length
  const next = line.charAt(all.length)
  if (level > 6) return undefined
  if (next === '' && !isWhole) return 'undecided'
  if (level === 0) return undefined
  const lacksSpace = !/^[ \t\r\n]?$/.test(next)
  if (lacksSpace && !(level >= 2 && /^\p{L}$/u.test(next))) return undefined
  return { indentation: indentation!, level, lacksSpace }
}

export function rewriteHeading(line: string, marker: HeadingMarker, level: number): string {
  const { indentation, lacksSpace } = marker
  if (level === marker.level && !lacksSpace) return line
  const rest = line.slice(indentation.length + marker.level)
  return `${indentation}${'#'.repeat(level)}${lacksSpace ? ' ' : ''}${rest}`
}
