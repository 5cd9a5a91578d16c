import type { Point } from '../measure/statistics.ts'
import { linearScale, logarithmicScale } from './scale.ts'
import type { Scale } from './scale.ts'

export interface LineChart {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly lines: readonly { readonly name: string; readonly points: readonly Point[] }[]
  /** A level that matters, drawn across. */
  readonly level?: { readonly y: number; readonly name: string }
}

interface Axis {
  readonly name: string
  readonly scale: 'linear' | 'logarithmic'
}

const [WIDTH, HEIGHT] = [760, 420]
const AREA = { left: 70, right: 600, top: 50, bottom: 360 }
/** Told apart with the usual kinds of colour blindness too (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00']

/** An SVG that needs nothing beside it. */
export function lineChart({ title, x, y, lines, level }: LineChart): string {
  const points = lines.flatMap((line) => line.points)
  const xs = points.map((point) => point.x)
  const ys = [...points.map((point) => point.y), ...(level === undefined ? [] : [level.y])]
  const across = scaleOf(x, xs, [AREA.left, AREA.right])
  const up = scaleOf(y, ys, [AREA.bottom, AREA.top])
  const at = (point: Point): string =>
    `${across.position(point.x).toFixed(1)},${up.position(point.y).toFixed(1)}`

  const drawn = lines.map((line, index) => {
    const colour = COLOURS[index % COLOURS.length]
    const marks = line.points.map((point) => {
      const [cx, cy] = at(point).split(',')
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`
    })
    const labelY = AREA.top + 10 + index * 22
    return [
      `<polyline points="${line.points.map(at).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...(line.points.length > 40 ? [] : marks),
      `<rect x="${AREA.right + 16}" y="${labelY - 9}" width="12" height="12" fill="${colour}"/>`,
      text(AREA.right + 34, labelY + 1, line.name, 'start'),
    ].join('\n')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="#222">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${AREA.left}" y="28" font-size="16" font-weight="600">${escaped(title)}</text>`,
    ...up.ticks.map((tick) => {
      const height = up.position(tick)
      return `${rule(height, '#e2e2e2')}\n${text(AREA.left - 8, height + 4, label(tick), 'end')}`
    }),
    ...across.ticks.map((tick) => text(across.position(tick), AREA.bottom + 20, label(tick))),
    text((AREA.left + AREA.right) / 2, AREA.bottom + 44, x.name),
    `<text transform="translate(18 ${(AREA.top + AREA.bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y.name)}</text>`,
    ...(level === undefined
      ? []
      : [
          rule(up.position(level.y), '#888', ' stroke-dasharray="5 4"'),
          text(AREA.left + 6, up.position(level.y) - 6, level.name, 'start'),
        ]),
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

function scaleOf(axis: Axis, values: readonly number[], range: readonly [number, number]): Scale {
  const largest = Math.max(...values)
  return axis.scale === 'linear'
    ? linearScale(largest, range)
    : logarithmicScale([Math.min(...values), largest], range)
}

function rule(y: number, colour: string, more = ''): string {
  return `<line x1="${AREA.left}" x2="${AREA.right}" y1="${y}" y2="${y}" stroke="${colour}"${more}/>`
}

function text(x: number, y: number, content: string, anchor = 'middle'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(content)}</text>`
}

function label(value: number): string {
  return String(Number(value.toPrecision(6)))
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
