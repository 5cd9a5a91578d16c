import type { Obstacle } from './obstacle.ts'

/** Fails closed: what promises nothing, or another region, is no place for a request that names regions. */
export const residencyObstacle: Obstacle = ({ provider }, { residency }) => {
  if (residency === undefined) return undefined
  const promised = provider.input.residency
  if (promised.some((region) => residency.includes(region))) return undefined
  const what = promised.length === 0 ? 'no region' : promised.join(', ')
  return `promises ${what}, and ${residency.join(' or ') || 'none'} is allowed`
}
