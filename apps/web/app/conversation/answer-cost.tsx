import type { AnswerCost as Cost } from '@brainlyx/chat-contract'
import { formatUsd } from '../money/format-usd.ts'

/** What an answer cost; opened, or pointed at, it tells of what. */
export function AnswerCost({ cost }: { cost: Cost }) {
  const { picoUsd, inputTokens, outputTokens } = cost
  const tokens = `${inputTokens.toLocaleString('en')} tokens read, ${outputTokens.toLocaleString('en')} written`
  return (
    <details className="answer-cost">
      <summary title={tokens}>
        <span className="visually-hidden">Cost </span>
        {formatUsd(picoUsd)}
      </summary>
      <span>{tokens}</span>
    </details>
  )
}
