import { useEffect, useState } from 'react'
import { formatUsd } from '../money/format-usd.ts'
import { estimateCost } from './estimate-cost.ts'
import type { TokenPrice } from './estimate-cost.ts'

/** Says roughly what the message being written will cost, where that is worth telling. Asks nobody. */
export function CostEstimate({
  prices,
  model,
  promptTokens,
}: {
  /** By model. */
  prices: Readonly<Record<string, TokenPrice>>
  /** What is chosen when the page is made. */
  model: string
  promptTokens: number
}) {
  const [chosen, setChosen] = useState(model)
  const [textLength, setTextLength] = useState(0)
  useEffect(() => {
    const look = (event: Event): void => {
      const { target } = event
      if (target instanceof HTMLSelectElement && target.name === 'model') setChosen(target.value)
      if (target instanceof HTMLTextAreaElement && target.id === 'composer-text') {
        // Rounded, so that not every letter draws anew.
        setTextLength(400 * Math.floor(target.value.length / 400))
      }
    }
    document.addEventListener('input', look)
    return () => document.removeEventListener('input', look)
  }, [])
  const price = prices[chosen]
  const cost = price === undefined ? null : estimateCost(price, promptTokens, textLength)
  return (
    <output className="composer-cost" htmlFor="composer-text">
      {cost !== null && `About ${formatUsd(cost)} for the next answer`}
    </output>
  )
}
