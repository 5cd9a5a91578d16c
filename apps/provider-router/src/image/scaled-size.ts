import type { UsefulSize } from './useful-size.ts'

export interface PixelSize {
  readonly width: number
  readonly height: number
}

/** The size of an image that is scaled down into a useful one, its proportions kept; never larger than it was. */
export function scaledSize({ width, height }: PixelSize, useful: UsefulSize): PixelSize {
  const { longEdge = Infinity, shortEdge = Infinity, pixels = Infinity } = useful
  const factor = Math.min(
    1,
    longEdge / Math.max(width, height),
    shortEdge / Math.min(width, height),
    Math.sqrt(pixels / (width * height)),
  )
  return { width: scaled(width, factor), height: scaled(height, factor) }
}

export function shrunk({ width, height }: PixelSize, factor: number): PixelSize {
  return { width: scaled(width, factor), height: scaled(height, factor) }
}

function scaled(edge: number, factor: number): number {
  // A rounding error must not take a whole pixel from 2048.
  return Math.max(1, Math.floor(edge * factor + 1e-6))
}
