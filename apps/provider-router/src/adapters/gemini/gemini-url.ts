const DEFAULT_VERSION = 'v1beta'

/** A base URL may carry the API's version, as it stands in Google's documents, or leave it out. */
export function splitVersion(baseUrl: string): { origin: string; version: string } {
  const match = /^(.*)\/(v\d\w*)$/.exec(baseUrl)
  return match === null
    ? { origin: baseUrl, version: DEFAULT_VERSION }
    : { origin: match[1]!, version: match[2]! }
}

export function geminiUrl(baseUrl: string, path: string): string {
  const { origin, version } = splitVersion(baseUrl)
  return `${origin}/${version}/${path}`
}
