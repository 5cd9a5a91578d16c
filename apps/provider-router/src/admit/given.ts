/** Without what was not said: a shared call is known by what its request says. */
export function given<Options extends object>(options: Options): Given<Options> {
  const said = Object.entries(options).filter(([, value]) => value != null)
  return Object.fromEntries(said) as Given<Options>
}

type Given<Options> = { [Name in keyof Options]?: NonNullable<Options[Name]> }
