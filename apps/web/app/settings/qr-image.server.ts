import { encode } from 'uqr'

/** Around the code; readers need it to find it. */
const MARGIN = 4

/** A QR code as the address of an SVG image, made on the server so that no browser loads a library for it. */
export function qrImage(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('')
  const side = size + 2 * MARGIN
  const place = `${-MARGIN} ${-MARGIN} ${side} ${side}`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${place}" shape-rendering="crispEdges"><path fill="#fff" d="M${-MARGIN} ${-MARGIN}h${side}v${side}h${-side}z"/><path d="${path}"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
