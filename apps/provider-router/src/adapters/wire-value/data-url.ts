/** `data:image/png;base64,…` taken apart; undefined for any other URL. */
export function parseDataUrl(url: string): { mediaType: string; base64: string } | undefined {
  const match = /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w=.+-]+)*;base64,([A-Za-z0-9+/=_-]*)$/.exec(url)
  return match === null ? undefined : { mediaType: match[1]!, base64: match[2]! }
}
