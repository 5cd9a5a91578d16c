/** How fast a stream goes. */
export interface Pace {
  /** Output tokens a second; 0: as fast as the reader takes them. */
  tokensPerSecond: number
  /** From the request's arrival to the first token. */
  timeToFirstTokenMs: number
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** The pace of one request: its headers before its model name's `+tps-30`, `+ttft-50` before the default. */
export function paceOf(headers: Headers, named: Partial<Pace>, byDefault: Pace): Pace {
  return {
    tokensPerSecond:
      numberIn(headers['x-simulator-tokens-per-second']) ??
      named.tokensPerSecond ??
      byDefault.tokensPerSecond,
    timeToFirstTokenMs:
      numberIn(headers['x-simulator-ttft-ms']) ??
      named.timeToFirstTokenMs ??
      byDefault.timeToFirstTokenMs,
  }
}

function numberIn(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string' || header === '') return undefined
  const value = Number(header)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}
