import type { Deployment } from '../../select/deployment.ts'
import type { Order, OrderContext } from './order.ts'

/** Fewest calls in flight for its weight, this one counted; chance among equals. Without any weight: last. */
export const leastLoaded: Order = (deployments, context) =>
  deployments
    .map((deployment) => ({ ...loadOf(deployment, context), draw: context.random() }))
    .sort((a, b) => compare(a.score, b.score) || a.draw - b.draw)
    .map(({ deployment, score, why }) => ({ deployment, score, why }))

function loadOf(deployment: Deployment, { loads }: OrderContext) {
  const { id, weight } = deployment
  const { inFlight } = loads.view(id)
  const score = weight === 0 ? null : (inFlight + 1) / weight
  return { deployment, score, why: `${inFlight} in flight, weight ${weight}` }
}

function compare(a: number | null, b: number | null): number {
  return (a ?? Number.MAX_VALUE) - (b ?? Number.MAX_VALUE)
}
