/** A provider's way to speak, as the router's configuration names it. */
export interface WireFormat {
  readonly id: string
  readonly kind: 'openai' | 'anthropic' | 'gemini' | 'groq'
  readonly api?: 'responses'
}

/** The fallback of a deployment speaks the next one, so that an answer goes on in another format than it began in. */
export const WIRE_FORMATS: readonly WireFormat[] = [
  { id: 'openai', kind: 'openai' },
  { id: 'responses', kind: 'openai', api: 'responses' },
  { id: 'anthropic', kind: 'anthropic' },
  { id: 'gemini', kind: 'gemini' },
  { id: 'groq', kind: 'groq' },
]

export function nextWireFormat(wire: WireFormat): WireFormat {
  const index = WIRE_FORMATS.indexOf(wire)
  return WIRE_FORMATS[(index + 1) % WIRE_FORMATS.length] ?? wire
}
