import type { Route } from '@brainlyx/chat-contract'
import type { Browser } from '../browser.ts'
import type { arrangeInstallation } from '../installation.ts'

export type Installation = Awaited<ReturnType<typeof arrangeInstallation>>
export type Replica = Awaited<ReturnType<Installation['startReplica']>>

/** Who owns what a path names, and passes. */
export interface Owner {
  readonly browser: Browser
  readonly userId: string
  readonly installation: Installation
  readonly api: Replica
}

/** What a request needs to name something that is there. */
export interface PathValues {
  readonly params?: Readonly<Record<string, string>>
  /** With its `?`. */
  readonly query?: string
  /** Where it depends on what was made; else the entry’s. */
  readonly body?: object
}

/** What the matrix must know of a route beyond its contract. `{}` is enough for most. */
export interface RouteEntry {
  /** A body that the route accepts; of a route that needs none, absent. */
  readonly body?: object
  /** A file that the route accepts, in the place of a body. */
  readonly upload?: { readonly type: string; readonly bytes: Buffer<ArrayBuffer> }
  /** Who passes. Default: a guest, for an administrator’s route an administrator. */
  readonly owner?: 'guest' | 'member' | 'admin'
  /** What the owner gets. Default: the contract’s status. */
  readonly passes?: number
  /** Makes what the path names. Default: of each parameter what `pathValues` makes. */
  readonly arrange?: (owner: Owner) => Promise<PathValues>
  /**
   * What everybody else gets for the owner’s ids: 404, as for what never was, unless this says otherwise. `pass`: who
   * knows the path may (it has a signature, or names nothing that is anybody’s).
   */
  readonly strangers?: 403 | 'pass'
  /** The same for everybody: whoever asks is not even looked at. */
  readonly looksAtNobody?: true
}

/** A route as the matrix sees it: `path` is whole. */
export interface MatrixRoute
  extends RouteEntry, Pick<Route, 'method' | 'path' | 'access' | 'status'> {}
