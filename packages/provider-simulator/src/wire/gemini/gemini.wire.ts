import type { Exchange, Wire } from '../wire.ts'
import { geminiFailure } from './gemini-failure.ts'
import {
  geminiFinish,
  geminiFrames,
  geminiPart,
  geminiSections,
  geminiUsage,
  safetyRatings,
} from './gemini-frames.ts'
import { readGenerateRequest } from './read-generate-request.ts'

/** Gemini's `generateContent` and `streamGenerateContent?alt=sse`. */
export const gemini: Wire = {
  provider: 'gemini',
  endpoint: '/v1beta/models:generateContent',
  opensEarly: false,
  eventStreamType: 'text/event-stream',
  read: readGenerateRequest,
  headers: () => ({ 'server-timing': 'gfet4t7; dur=379' }),
  frames: geminiFrames,
  document: (exchange) => ({
    body: documentOf(exchange),
    finish: geminiFinish[exchange.production.finish],
  }),
  garbage: () => 'data: {"candidates": [{"content": {"parts": [{"text": "\r\n\r\n',
  streamError: () =>
    `data: ${JSON.stringify({
      error: {
        code: 503,
        message: 'The model is overloaded. Please try again later.',
        status: 'UNAVAILABLE',
      },
    })}\r\n\r\n`,
  failure: geminiFailure,
}

function documentOf(exchange: Exchange): unknown {
  const { production } = exchange
  const sections = geminiSections(production)
  const finishReason = geminiFinish[production.finish]
  const thoughts = sections
    .filter((section) => section.kind === 'reasoning')
    .reduce((sum, section) => sum + section.tokens.length, 0)
  const all = sections.reduce((sum, section) => sum + section.tokens.length, 0)
  const parts = sections.map((section) => geminiPart(section, section.tokens.join('')))
  return {
    candidates: [
      {
        content: parts.length > 0 ? { parts, role: 'model' } : {},
        finishReason,
        index: 0,
        ...(finishReason === 'SAFETY' ? { safetyRatings } : {}),
      },
    ],
    usageMetadata: geminiUsage(production, { text: all - thoughts, thoughts }),
    modelVersion: exchange.model,
    responseId: exchange.id.slice(0, 23),
  }
}
