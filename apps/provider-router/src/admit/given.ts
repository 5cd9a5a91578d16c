/** Without what was not said: a shared call is known by what its request says. */
export function given<Options extends object>(options: Options): Partial<Options> {
  const said = Object.entries(options).filter(([, value]) => value != null)
  return Object.fromEntries(said) as Partial<Options>
}
