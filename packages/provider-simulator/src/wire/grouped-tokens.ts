export interface TokenGroup {
  text: string
  count: number
}

/**
 * Joins tokens into events of `size`; the first event of an answer has one token, as with the providers that send
 * several, so that it is there as soon as the token is. A group ends early where a fault must strike after exactly so many tokens of
 * the whole answer; `from` is how many went before this section.
 */
export function* groupedTokens(
  tokens: readonly string[],
  size: number,
  from: number,
  breakpoints: readonly number[],
): Generator<TokenGroup> {
  let at = 0
  while (at < tokens.length) {
    const first = at === 0 && from === 0
    let end = Math.min(at + (first ? 1 : size), tokens.length)
    for (const breakpoint of breakpoints) {
      const local = breakpoint - from
      if (local > at && local < end) end = local
    }
    const text = end === at + 1 ? (tokens[at] ?? '') : tokens.slice(at, end).join('')
    yield { text, count: end - at }
    at = end
  }
}
