import { describeAttachments } from './attachment.ts'
import type { Attachment } from './attachment.ts'
import { codeAnswer } from './code-answer.ts'
import { documentOf } from './json-document.ts'
import { listAnswer } from './list-answer.ts'
import { mathAnswer } from './math-answer.ts'
import { asksForReasoning, promptKind, requestedTokens } from './prompt-kind.ts'
import { prose } from './prose.ts'
import { reasoningText } from './reasoning-text.ts'
import { hashOf, seededRandom } from './seeded-random.ts'
import type { SeededRandom } from './seeded-random.ts'
import { tableAnswer } from './table-answer.ts'
import { asksForTitle, titleOf } from './title.ts'
import { tokensOf } from './tokens.ts'
import { chosenTools } from './tool-choice.ts'
import type { ToolCall, ToolChoice, ToolDefinition } from './tool-choice.ts'
import { keywordsOf, quoteOf } from './topic.ts'

export type ResponseFormat =
  | { kind: 'text' }
  | { kind: 'json' }
  | { kind: 'json-schema'; schema: unknown }

export interface AnswerOptions {
  system?: string
  tools?: readonly ToolDefinition[]
  toolChoice?: ToolChoice
  parallelToolCalls?: boolean
  /** Results that came after the last user message; the answer quotes them instead of calling again. */
  toolResults?: readonly string[]
  attachments?: readonly Attachment[]
  responseFormat?: ResponseFormat
}

export interface SimulatedAnswer {
  /** Present where the prompt asks for thought ("why", "think", "reason"). */
  reasoning?: string
  text: string
  toolCalls?: ToolCall[]
}

/**
 * What the simulator answers to a prompt. Depends on the prompt and on the options given here, never on a provider,
 * a model, the time or the history, so that an answer begun by one provider can be continued by another and a test
 * can compute what it must read. Whitespace around the prompt does not count.
 */
export function simulatedAnswer(rawPrompt: string, options: AnswerOptions = {}): SimulatedAnswer {
  const prompt = rawPrompt.trim()
  const random = seededRandom(hashOf(prompt))
  const keywords = keywordsOf(prompt)
  const reasoning = asksForReasoning(prompt) ? reasoningFor(prompt) : undefined

  if (asksForTitle(options.system ?? '')) return { text: titleOf(prompt) }
  const toolCalls = chosenTools(prompt, options, { random, keywords, sentence: quoteOf(prompt) })
  const answer: SimulatedAnswer =
    toolCalls.length > 0
      ? { text: '', toolCalls }
      : { text: textFor(prompt, random, keywords, options) }
  return reasoning === undefined ? answer : { reasoning, ...answer }
}

/** The reasoning that goes with a prompt, also where only the request's settings ask for it. */
export function reasoningFor(rawPrompt: string): string {
  const prompt = rawPrompt.trim()
  return reasoningText(prompt, seededRandom(hashOf(prompt) ^ 0x5eed), keywordsOf(prompt))
}

function textFor(
  prompt: string,
  random: SeededRandom,
  keywords: readonly string[],
  options: AnswerOptions,
): string {
  const format = options.responseFormat ?? { kind: 'text' }
  const source = { random, keywords, sentence: `A simulated answer to: ${quoteOf(prompt)}` }
  if (format.kind === 'json') {
    return JSON.stringify({ answer: source.sentence, keywords: keywords.slice(0, 5) })
  }
  if (format.kind === 'json-schema') return JSON.stringify(documentOf(format.schema, source))

  const results = options.toolResults ?? []
  if (results.length > 0) {
    const quoted = results.map(
      (result) => `> ${result.replace(/\s+/g, ' ').slice(0, 400).toWellFormed()}`,
    )
    return `The tool answered:\n\n${quoted.join('\n>\n')}\n\nThat is what I would build my answer to “${quoteOf(prompt)}” on, if I were not simulated.`
  }
  const seen = options.attachments ?? []
  const attached = seen.length > 0 ? `${describeAttachments(seen)}\n\n` : ''
  const tokens = requestedTokens(prompt)
  const text = `${attached}${introduction(prompt, random)}\n\n${body(prompt, random, keywords, tokens)}`
  return tokens === undefined ? text : ofExactly(tokens, text)
}

// The mark makes answers to two prompts differ even where their first words, which are quoted, are the same.
function introduction(prompt: string, random: SeededRandom): string {
  const quote = quoteOf(prompt)
  const mark = hashOf(`mark ${prompt}`).toString(36)
  return random.pick([
    `This is a simulated answer to “${quote}” (no model was asked; reference ${mark}).`,
    `You asked: “${quote}” Here is a simulated answer, reference ${mark}, written without any model.`,
    `No model is connected, so this answer to “${quote}” is simulated (reference ${mark}).`,
  ])
}

function body(
  prompt: string,
  random: SeededRandom,
  keywords: readonly string[],
  tokens: number | undefined,
): string {
  if (tokens !== undefined) return prose(random, keywords, Math.max(40, tokens))
  switch (promptKind(prompt)) {
    case 'code':
      return codeAnswer(prompt, random, keywords)
    case 'table':
      return tableAnswer(prompt, random)
    case 'list':
      return listAnswer(prompt, random, keywords)
    case 'math':
      return mathAnswer(random)
    case 'prose':
      if (/\bsky\b.*\bblue\b/i.test(prompt)) return blueSky
      return prose(random, keywords, 55 + random.below(40))
  }
}

const blueSky = `Sunlight holds every colour, and air does not treat them alike. Molecules of nitrogen and oxygen are far smaller than the wavelength of light, and so small a thing scatters short waves much more than long ones: the strength goes with the inverse fourth power of the wavelength (**Rayleigh scattering**).

- **Blue**, about 450 nm, is scattered some four times as much as **red**, about 650 nm.
- So blue reaches your eye from the whole sky, while red passes nearly straight through.
- **Violet** is scattered more still, but the sun sends less of it and the eye is less sensitive to it.

At sunset the light crosses so much air that most of the blue has been lost on the way, and what is left is orange and red.`

function ofExactly(count: number, text: string): string {
  if (count === 0) return ''
  return tokensOf(text).slice(0, count).join('')
}
