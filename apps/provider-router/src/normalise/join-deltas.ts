import type { StreamPart } from '../adapters/stream-part.ts'

type TextDelta = Extract<StreamPart, { readonly type: 'text-delta' }>

/**
 * Pieces of text that came at once as one piece: what is done for each, from styling to a chunk of its own, is then
 * done once. Likelihoods keep their tokens apart.
 */
export function joinDeltas(parts: readonly StreamPart[]): readonly StreamPart[] {
  if (parts.length < 2) return parts
  const joined: StreamPart[] = []
  let last: StreamPart | undefined
  for (const part of parts) {
    if (last !== undefined && isText(last) && isText(part) && goesOn(last, part)) {
      last = { ...last, text: last.text + part.text }
      joined[joined.length - 1] = last
    } else {
      last = part
      joined.push(part)
    }
  }
  return joined
}

function isText(part: StreamPart): part is TextDelta {
  return part.type === 'text-delta' && part.logprobs === undefined
}

function goesOn(last: TextDelta, next: TextDelta): boolean {
  return last.choice === next.choice && last.block === next.block
}
