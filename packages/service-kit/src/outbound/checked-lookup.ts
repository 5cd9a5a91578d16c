import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { callbackify } from 'node:util'
import { addressNotAllowed } from './outbound-url.ts'

/** All addresses of a name. */
export type ResolveName = (name: string) => Promise<LookupAddress[]>

export const resolveBySystem: ResolveName = (name) => lookup(name, { all: true })

/**
 * A lookup for `net.connect`: the name is resolved once, each of its addresses is checked, and the connection is made
 * to one of those. A name that changes its answer between check and connection gains nothing; one with a single
 * address that is not allowed is refused as a whole.
 */
export function checkedLookup(
  resolve: ResolveName,
  isAllowed: (address: string) => boolean,
): LookupFunction {
  const check = callbackify(async (name: string): Promise<LookupAddress[]> => {
    const addresses = await resolve(name)
    if (addresses.length > 0 && addresses.every(({ address }) => isAllowed(address))) {
      return addresses
    }
    throw addressNotAllowed()
  })
  return (name, { all }, done) => {
    check(name, (error, addresses) => {
      const [first] = addresses ?? []
      if (first === undefined || all === true) done(error, addresses ?? [])
      else done(error, first.address, first.family)
    })
  }
}
