import type { ProviderKind, TokenUsage } from '@brainlyx/router-contract'
import type { Deployment } from '../../select/deployment.ts'
import { RecentMap } from './recent-map.ts'

const LIMIT = 10_000

/** How a provider keeps prompts. */
interface Keeping {
  /** After the last use. */
  readonly keptMs: number
  /** Shorter ones are not kept. */
  readonly leastTokens: number
  /** `marked`: only what the caller marks, and its usage tells what that was. */
  readonly keeps: 'any' | 'marked'
}

/**
 * As documented in autumn 2026. OpenAI: from 1,024 tokens, 5 to 10 minutes of inactivity. Anthropic: 5 minutes, renewed
 * by every use, from 512 to 4,096 tokens by model. Gemini: from 2,048 (2.5) or 4,096 tokens (3 and later), for "a short
 * amount of time", which is taken for 5 minutes. Groq: 2 hours without use; its least is taken for OpenAI's.
 */
const KEEPING: Readonly<Record<ProviderKind, Keeping>> = {
  openai: { keptMs: 10 * 60_000, leastTokens: 1_024, keeps: 'any' },
  anthropic: { keptMs: 5 * 60_000, leastTokens: 1_024, keeps: 'marked' },
  gemini: { keptMs: 5 * 60_000, leastTokens: 4_096, keeps: 'any' },
  groq: { keptMs: 120 * 60_000, leastTokens: 1_024, keeps: 'any' },
}

/** Who keeps a conversation's prompt, and how much of it. */
export interface WarmDeployment {
  readonly deploymentId: string
  readonly cachedTokens: number
}

/** Which deployments keep the prompts of conversations, as far as this replica knows: an expectation, no promise. */
export interface WarmCaches {
  /**
   * A deployment has answered.
   * @param conversation stays the same while the prompt only grows at its end, and differs between callers
   */
  note(conversation: string, deployment: Deployment, usage: PromptUsage): void
  /** Who answered last, where it should still have the prompt. */
  find(conversation: string): WarmDeployment | undefined
}

export type PromptUsage = Pick<TokenUsage, 'inputTokens' | 'cachedInputTokens' | 'cacheWriteTokens'>

/** @param options.nowMs a clock that never goes back */
export function createWarmCaches(options: { nowMs: () => number }): WarmCaches {
  const { nowMs } = options
  const kept = new RecentMap<WarmDeployment & { readonly untilMs: number }>(LIMIT)
  return {
    note(conversation, { id, provider }, usage) {
      const { keptMs, leastTokens, keeps } = KEEPING[provider.kind]
      const cachedTokens =
        keeps === 'any' ? usage.inputTokens : usage.cachedInputTokens + usage.cacheWriteTokens
      if (cachedTokens < leastTokens) return
      kept.set(conversation, { deploymentId: id, cachedTokens, untilMs: nowMs() + keptMs })
    },
    find(conversation) {
      const found = kept.get(conversation)
      if (found === undefined) return undefined
      if (nowMs() < found.untilMs) return found
      kept.delete(conversation)
      return undefined
    },
  }
}
