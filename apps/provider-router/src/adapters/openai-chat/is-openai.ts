const OPENAI = /^https:\/\/(?:[a-z]+\.)?api\.openai\.com(?:\/|$)/

/** Whether a server is OpenAI's own, and not one that speaks like it. */
export function isOpenAi(baseUrl: string): boolean {
  return OPENAI.test(baseUrl)
}
