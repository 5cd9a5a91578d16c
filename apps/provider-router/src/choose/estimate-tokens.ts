import type { ChatCompletionRequest, EmbeddingInput } from '@brainlyx/router-contract'

/** Byte-pair vocabularies take about four bytes of UTF-8 a token, in scripts of one byte a letter and of three. */
const BYTES_PER_TOKEN = 4
const TOKENS_PER_MESSAGE = 4
/** Providers count 85 to 1,600 for one, by its size. */
const TOKENS_PER_IMAGE = 800

/** Tokens of a text, roughly: for choosing, and for accounting what a provider did not count. */
export function estimateTextTokens(text: string): number {
  return tokensOfBytes(Buffer.byteLength(text))
}

/** The same of a text that came in pieces, by its length in UTF-8. */
export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN)
}

/** Tokens of one input of an embedding: exactly, where the caller has counted them out. */
export function estimateEmbeddingTokens(input: EmbeddingInput): number {
  return typeof input === 'string' ? estimateTextTokens(input) : input.length
}

/** Tokens of a request's whole input, roughly. */
export function estimateInputTokens(request: ChatCompletionRequest): number {
  let tokens = request.tools == null ? 0 : estimateTextTokens(JSON.stringify(request.tools))
  for (const message of request.messages) {
    tokens += TOKENS_PER_MESSAGE
    if ('tool_calls' in message && message.tool_calls !== undefined) {
      tokens += estimateTextTokens(JSON.stringify(message.tool_calls))
    }
    const { content } = message
    if (typeof content === 'string') tokens += estimateTextTokens(content)
    else for (const part of content ?? []) tokens += partTokens(part)
  }
  return tokens
}

function partTokens(part: { type: string; text?: unknown }): number {
  if (part.type === 'image_url') return TOKENS_PER_IMAGE
  return typeof part.text === 'string' ? estimateTextTokens(part.text) : 0
}
