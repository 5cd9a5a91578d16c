import type { MessagePart } from '@brainlyx/chat-contract'
import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'

/** What one call for a turn may cost at most: at the dearest of the deployments that may be asked. */
export interface TurnPrice {
  readonly inputPicoUsdPerToken: bigint
  readonly outputPicoUsdPerToken: bigint
  /** The longest prompt. */
  readonly contextTokens: number
  /** The longest answer. */
  readonly outputTokens: number
}

/** How many calls a turn may take: one, and two for an answer that breaks off. */
const ATTEMPTS = 3
/** A token of any script, and of most that is no language, has two bytes of UTF-8 or more. */
const BYTES_PER_TOKEN = 2
/** The system prompt, and what providers count beside the text of up to two hundred messages. */
const TOKENS_BESIDE = 1_200

/**
 * Pico-dollars to reserve for a turn.
 * @param textBytes of all the chat's messages, the new one included; null, where that is not known: as much as fits
 */
export function reservationOf(
  price: TurnPrice,
  textBytes: RawBuilder<unknown>,
): RawBuilder<bigint> {
  const { inputPicoUsdPerToken, outputPicoUsdPerToken, contextTokens, outputTokens } = price
  return sql<bigint>`(${ATTEMPTS}::bigint * (
    ${String(inputPicoUsdPerToken)}::bigint
      * least(${contextTokens}::bigint, ${textBytes} / ${BYTES_PER_TOKEN}::bigint + ${TOKENS_BESIDE}::bigint)
    + ${String(outputPicoUsdPerToken)}::bigint * ${outputTokens}::bigint
  ))`
}

/** Of what a prompt would repeat: the text, and no reasoning. */
export function textBytesOf(parts: readonly MessagePart[]): number {
  return parts.reduce(
    (bytes, part) => bytes + (part.type === 'text' ? Buffer.byteLength(part.text) : 0),
    0,
  )
}

/** The month whose budgets are meant, by its first day in UTC. */
export function monthOf(time: Date): string {
  return `${time.toISOString().slice(0, 7)}-01`
}

/** Which of the installation's sixteen rows a turn writes, unless that is spent. */
export function sliceOf(turnId: string): number {
  return Number.parseInt(turnId.slice(-1), 16)
}
