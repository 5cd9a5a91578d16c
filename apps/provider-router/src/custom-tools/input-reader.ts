import { INPUT_BEGINNING } from './custom-tool.ts'

/** All of a JSON string that has come so far, but for an escape, or half of a pair of surrogates, that has not. */
const WHOLE_PART =
  /^(?:[^"\\\ud800-\udbff]|[\ud800-\udbff][\udc00-\udfff]|\\(?:["\\/bfnrt]|u(?![dD][89abAB])[\da-fA-F]{4}|u[dD][89abAB][\da-fA-F]{2}\\u[\da-fA-F]{4}))*/

/** All at once. */
export function inputOf(json: string): string {
  const reader = new InputReader()
  return reader.add(json) + reader.end()
}

/** Reads a custom tool's input out of the arguments of the function that stands for it, while they grow. */
export class InputReader {
  readonly #arguments: string[] = []
  /** What has not been read of them. */
  #rest = ''
  #hasBegun = false
  #told = ''

  /** @returns what of the input is new */
  add(part: string): string {
    this.#arguments.push(part)
    this.#rest += part
    if (!this.#hasBegun) this.#begin()
    if (!this.#hasBegun) return ''
    const [whole] = WHOLE_PART.exec(this.#rest)!
    this.#rest = this.#rest.slice(whole.length)
    const text = JSON.parse(`"${whole}"`) as string
    this.#told += text
    return text
  }

  /** @returns what of the input is new after its end: where a model has given something else, that */
  end(): string {
    const json = this.#arguments.join('')
    const given = onlyText(json) ?? (this.#hasBegun ? this.#told : json)
    return given.startsWith(this.#told) ? given.slice(this.#told.length) : ''
  }

  #begin(): void {
    const beginning = INPUT_BEGINNING.exec(this.#rest)
    if (beginning === null) return
    this.#hasBegun = true
    this.#rest = this.#rest.slice(beginning[0].length)
  }
}

/** The value of JSON that has one text in it, by whatever name; nothing where it has nothing. */
function onlyText(json: string): string | undefined {
  try {
    const [value = '', ...others] = Object.values(JSON.parse(json) as object) as unknown[]
    return others.length === 0 && typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
