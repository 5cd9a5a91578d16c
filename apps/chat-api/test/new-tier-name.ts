import { newId } from '@brainlyx/db'

/** Nobody else's: letters only, as a tier's name must be. */
export function newTierName(): string {
  const letters = newId()
    .slice(-8)
    .replaceAll(/[\da-f]/g, (digit) => String.fromCodePoint(97 + Number.parseInt(digit, 16)))
  return `trial-${letters}`
}
