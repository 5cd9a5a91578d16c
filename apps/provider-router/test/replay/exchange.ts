import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ProviderApi } from '../../src/adapters/provider-adapter.ts'

/** What a provider once answered. The format is documented beside the recordings. */
export interface Exchange {
  readonly name: string
  readonly provider: 'openai' | 'anthropic' | 'gemini' | 'groq'
  readonly kind: 'stream' | 'json' | 'error'
  readonly endpoint: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What it means, as its `.expected.json` says. */
export interface Expected {
  readonly text: string
  readonly text_parts?: readonly string[]
  readonly finish: string | null
  readonly tool_calls: readonly {
    readonly id: string | null
    readonly name: string
    readonly arguments: string
    readonly custom?: boolean
  }[]
  readonly server_tool_calls?: readonly { readonly type: string; readonly name: string | null }[]
  readonly usage: Readonly<Record<string, number | null>> | null
  readonly reasoning: string | null
  readonly reasoning_parts?: readonly string[]
  readonly redacted_thinking_blocks?: number
  readonly refusal: string | null
  readonly error: unknown
  readonly complete: boolean
  readonly id: string | null
  readonly model: string | null
  readonly choices?: readonly { readonly text: string; readonly finish: string | null }[]
  readonly other_candidates?: readonly string[]
  readonly status?: number
  readonly retry_after?: string | number | null
}

/** Names of the exchanges in a folder that say what they mean. */
export function exchangeNames(folder: string): string[] {
  const files = new Set(readdirSync(folder))
  return [...files]
    .filter((file) => file.endsWith('.expected.json'))
    .map((file) => file.slice(0, -'.expected.json'.length))
    .filter((name) => files.has(`${name}.json`))
    .sort()
}

export function loadExchange(folder: string, name: string): Exchange {
  return { ...(readJson(join(folder, `${name}.json`)) as Exchange), name }
}

export function loadExpected(folder: string, name: string): Expected {
  return readJson(join(folder, `${name}.expected.json`)) as Expected
}

/** Which adapter such an exchange is for. */
export function apiOf(exchange: Exchange): ProviderApi {
  if (exchange.provider !== 'openai') return exchange.provider
  return exchange.endpoint.includes('/responses') ? 'openai-responses' : 'openai-chat'
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Google's SDK, which makes the plain calls, does not pass on the error's `status` word. */
export function asSdkShows(exchange: Exchange, expected: Expected): Expected {
  if (exchange.provider !== 'gemini' || exchange.kind !== 'error') return expected
  const { status: _word, ...error } = expected.error as Record<string, unknown>
  return { ...expected, error }
}
