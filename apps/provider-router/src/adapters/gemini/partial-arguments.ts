import type { WireObject } from '../wire-value/read-value.ts'
import { asObjects, asString } from '../wire-value/read-value.ts'

/**
 * Puts together arguments that Gemini streams in pieces (`partialArgs`): each piece names a place by a JSON path
 * (`$.trip.stops[0].city`) and carries a value, or more of a string that is still being written.
 */
export class PartialArguments {
  #root: unknown = {}

  apply(functionCall: WireObject): void {
    if (typeof functionCall['args'] === 'object' && functionCall['args'] !== null) {
      this.#root = { ...(this.#root as object), ...functionCall['args'] }
    }
    for (const piece of asObjects(functionCall['partialArgs'])) {
      const path = stepsOf(asString(piece['jsonPath']) ?? '$')
      const value = valueOf(piece)
      if (value !== undefined) this.#root = withValue(this.#root, path, value)
    }
  }

  toJson(): string {
    return JSON.stringify(this.#root)
  }
}

function valueOf(piece: WireObject): unknown {
  for (const key of ['stringValue', 'numberValue', 'boolValue']) {
    if (piece[key] !== undefined) return piece[key]
  }
  return 'nullValue' in piece ? null : undefined
}

/** `$.a['b c'][0]` → a, "b c", 0 */
function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/g)].map(
    ([, name, index, single, double]) =>
      index === undefined ? (name ?? single ?? double)! : Number(index),
  )
}

function withValue(holder: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) {
    return typeof holder === 'string' && typeof value === 'string' ? holder + value : value
  }
  if (typeof step === 'number') {
    const list = Array.isArray(holder) ? [...(holder as unknown[])] : []
    list[step] = withValue(list[step], rest, value)
    return list
  }
  const object =
    typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>) : {}
  // A computed key, unlike an assignment, cannot reach a prototype.
  return {
    ...object,
    [step]: withValue(Object.hasOwn(object, step) ? object[step] : undefined, rest, value),
  }
}
