/** A number from the environment, by which a run is made shorter or longer. @throws an Error where it is none */
export function numberSetting(name: string, byDefault: number): number {
  const text = process.env[name]
  if (text === undefined || text === '') return byDefault
  const value = Number(text)
  if (!(value > 0)) throw new Error(`${name} is ${text}, and must be a number above 0`)
  return value
}

/** A text from the environment; undefined where it is empty. */
export function textSetting(name: string): string | undefined {
  return process.env[name] || undefined
}
