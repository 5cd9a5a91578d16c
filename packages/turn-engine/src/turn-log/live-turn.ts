import { EntryFeed } from './entry-feed.ts'

/**
 * A turn that this process runs: what its log has accepted, kept in memory until the end. Readers in this process
 * follow it here and do not need Redis. `lost`: this process no longer owns the turn; the log goes on elsewhere.
 */
export class LiveTurn extends EntryFeed {}
