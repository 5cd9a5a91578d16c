const stopWords = new Set(
  `a about after again all also an and any are as at be because been before being but by can could did do does doing
  down each explain few first for from further get give had has have having he her here hers him his how i if in into is
  it its itself just let list make me more most my no nor not now of off on once only or other our out over own
  please same she should show simulate so some steps such table tell than that the their them then there these they think this
  those through to too under until up us use very was we were what when where which while who whom why will with
  would write you your`.split(/\s+/),
)

/** The prompt as one line that is safe inside quotes and markdown, at most `limit` characters. */
export function quoteOf(prompt: string, limit = 90): string {
  const line = prompt
    .replace(/\[tokens:\d+\]/g, ' ')
    .replace(/[`*_#|<>[\]{}\\~"“”$]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (line.length <= limit) return line.toWellFormed()
  const cut = line.slice(0, limit)
  const space = cut.lastIndexOf(' ')
  return `${(space > limit / 2 ? cut.slice(0, space) : cut).trimEnd().toWellFormed()}…`
}

/** Words of the prompt that carry its meaning, in order, each once. */
export function keywordsOf(prompt: string): string[] {
  const words = quoteOf(prompt, 600).match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? []
  const seen = new Set<string>()
  return words.filter((word) => {
    const lower = word.toLowerCase()
    if (lower.length < 3 || stopWords.has(lower) || seen.has(lower)) return false
    seen.add(lower)
    return true
  })
}
