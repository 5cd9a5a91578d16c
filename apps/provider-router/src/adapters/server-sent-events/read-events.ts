export interface ServerSentEvent {
  readonly event: string
  readonly data: string
}

const CR = 13
const LF = 10
/** A body that is not an event stream at all is remembered up to here, to find the error object it may be. */
const STRAY_TEXT_LIMIT = 65_536

/**
 * Cuts a body into server-sent events (WHATWG HTML, "Parsing an event stream"), however its bytes were cut: inside
 * a character, a line or a CRLF. Differs in one point: an event that the end of the body cut off before its blank
 * line is still given, since several providers leave that line out.
 */
export class ServerSentEventParser {
  readonly #decoder = new TextDecoder()
  #rest = ''
  #skipLineFeed = false
  #event = ''
  #data: string | undefined
  #strayText = ''

  /** What came outside of any event. */
  get strayText(): string {
    return this.#strayText
  }

  push(bytes: Uint8Array): ServerSentEvent[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }))
  }

  end(): ServerSentEvent[] {
    const events = this.#take(this.#decoder.decode())
    if (this.#rest !== '') this.#line(this.#rest)
    this.#rest = ''
    const last = this.#dispatch()
    return last === undefined ? events : [...events, last]
  }

  #take(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = []
    // Most providers send none.
    const hasCarriageReturns = text.includes('\r')
    let start = 0
    // Only new text is searched: a long line that comes in many pieces is put together once, at its end.
    for (;;) {
      if (this.#skipLineFeed && start < text.length) {
        if (text.charCodeAt(start) === LF) start++
        this.#skipLineFeed = false
      }
      const end = hasCarriageReturns ? lineEnd(text, start) : text.indexOf('\n', start)
      if (end === -1) break
      const line = this.#rest === '' ? text.slice(start, end) : this.#rest + text.slice(start, end)
      this.#rest = ''
      this.#skipLineFeed = text.charCodeAt(end) === CR
      start = end + 1
      if (line !== '') this.#line(line)
      else {
        const event = this.#dispatch()
        if (event !== undefined) events.push(event)
      }
    }
    if (start < text.length) this.#rest += text.slice(start)
    return events
  }

  #line(line: string): void {
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon === -1 ? line : line.slice(0, colon)
    let value = colon === -1 ? '' : line.slice(colon + 1)
    if (value.startsWith(' ')) value = value.slice(1)
    if (field === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
    else if (field === 'event') this.#event = value
    else if (field !== 'id' && field !== 'retry' && this.#strayText.length < STRAY_TEXT_LIMIT) {
      this.#strayText += `${line}\n`
    }
  }

  #dispatch(): ServerSentEvent | undefined {
    const data = this.#data
    const event = this.#event
    this.#data = undefined
    this.#event = ''
    return data === undefined ? undefined : { event, data }
  }
}

/** CR, LF, or the CR before an LF; -1: none. */
function lineEnd(text: string, start: number): number {
  const feed = text.indexOf('\n', start)
  const carriage = text.indexOf('\r', start)
  return carriage !== -1 && (feed === -1 || carriage < feed) ? carriage : feed
}
