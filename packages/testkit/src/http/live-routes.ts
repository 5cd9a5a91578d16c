/** The part of an Express 5 app that a table of routes is read from. */
interface RoutedApp {
  readonly router: { readonly stack: readonly Layer[] }
}
interface Layer {
  readonly handle?: unknown
  readonly route?: { readonly path: unknown; readonly methods: Readonly<Record<string, boolean>> }
}

/** More than any route answers: `app.all`, which says what may be done instead. */
const METHODS_OF_ALL = 8

/**
 * Every route that an Express app answers, as `GET /path`, read from its router and not from what we believe to have
 * registered. @throws where a router is mounted in it, whose routes this would not see
 */
export function liveRoutes(app: unknown): string[] {
  const found: string[] = []
  for (const { route, handle } of (app as RoutedApp).router.stack) {
    if (route === undefined) {
      if (typeof handle === 'function' && 'stack' in handle) {
        throw new Error('a router is mounted in the app: register its routes on the app itself')
      }
      continue
    }
    const methods = Object.keys(route.methods).filter((method) => route.methods[method] === true)
    if (methods.includes('_all') || methods.length >= METHODS_OF_ALL) continue
    for (const method of methods) found.push(`${method.toUpperCase()} ${String(route.path)}`)
  }
  return found.toSorted()
}
