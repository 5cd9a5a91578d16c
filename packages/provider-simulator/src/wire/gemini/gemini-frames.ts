import { parsedArguments } from '../../answer/json-value.ts'
import type { Finish, Production, Section } from '../../answer/production.ts'
import { groupedTokens } from '../grouped-tokens.ts'
import type { TokenGroup } from '../grouped-tokens.ts'
import type { Exchange, Frame } from '../wire.ts'

const tokensPerEvent = 20

/** Gemini says STOP for tool calls too. */
export const geminiFinish: Readonly<Record<Finish, string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  'stop-sequence': 'STOP',
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
}

/** What has been put out so far: usage in every chunk is cumulative, thoughts beside the output. */
export interface Progress {
  text: number
  thoughts: number
}

export function geminiUsage(production: Production, progress: Progress): Record<string, unknown> {
  const { input, cachedInput } = production.usage
  return {
    promptTokenCount: input,
    ...(progress.text > 0 ? { candidatesTokenCount: progress.text } : {}),
    totalTokenCount: input + progress.text + progress.thoughts,
    ...(cachedInput > 0 ? { cachedContentTokenCount: cachedInput } : {}),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
    ...(cachedInput > 0
      ? { cacheTokensDetails: [{ modality: 'TEXT', tokenCount: cachedInput }] }
      : {}),
    ...(progress.thoughts > 0 ? { thoughtsTokenCount: progress.thoughts } : {}),
  }
}

/** A refusal shows nothing but its finish reason. */
export function geminiSections(production: Production): Section[] {
  return production.sections.filter((section) => section.kind !== 'refusal')
}

export function geminiPart(section: Section, text: string): Record<string, unknown> {
  if (section.kind === 'reasoning') return { text, thought: true }
  if (section.kind === 'tool-call') {
    return { functionCall: { name: section.name, args: parsedArguments(text) } }
  }
  return { text }
}

export const safetyRatings = [
  { category: 'HARM_CATEGORY_HATE_SPEECH', probability: 'NEGLIGIBLE' },
  { category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true },
  { category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' },
  { category: 'HARM_CATEGORY_SEXUALLY_EXPLICIT', probability: 'NEGLIGIBLE' },
]

/**
 * Gemini's stream: whole responses of about twenty tokens with CRLF line ends, function calls whole, the finish
 * reason in the chunk of the last text. There is no end marker after it.
 */
export function* geminiFrames(exchange: Exchange): Generator<Frame> {
  const { production, breakpoints } = exchange
  const finish = geminiFinish[production.finish]
  const progress: Progress = { text: 0, thoughts: 0 }
  const chunk = (parts: unknown[], last: boolean): string => {
    const candidate = {
      content: { parts, role: 'model' },
      ...(last ? { finishReason: finish } : {}),
      index: 0,
      ...(last && finish === 'SAFETY' ? { safetyRatings } : {}),
    }
    return `data: ${JSON.stringify({
      candidates: [candidate],
      usageMetadata: geminiUsage(production, progress),
      modelVersion: exchange.model,
      responseId: exchange.id.slice(0, 23),
    })}\r\n\r\n`
  }

  const sections = geminiSections(production)
  const total = sections.reduce((sum, section) => sum + section.tokens.length, 0)
  // Where a fault must strike between the last token and the finish, the finish is a chunk of its own.
  const finishApart = total === 0 || breakpoints.includes(total)
  let written = 0
  for (const section of sections) {
    for (const group of groupsOf(section, written, breakpoints)) {
      written += group.count
      if (section.kind === 'reasoning') progress.thoughts += group.count
      else progress.text += group.count
      const last = written === total && !finishApart
      const data = chunk([geminiPart(section, group.text)], last)
      yield last
        ? { data, tokens: group.count, kind: 'finish', finish }
        : { data, tokens: group.count, kind: 'delta' }
    }
  }
  if (finishApart) {
    yield { data: chunk([{ text: '' }], true), tokens: 0, kind: 'finish', finish }
  }
}

function groupsOf(
  section: Section,
  from: number,
  breakpoints: readonly number[],
): Iterable<TokenGroup> {
  if (section.kind !== 'tool-call') {
    return groupedTokens(section.tokens, tokensPerEvent, from, breakpoints)
  }
  return [{ text: section.tokens.join(''), count: section.tokens.length }]
}
