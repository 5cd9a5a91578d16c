/** Published after a commit that wrote to the outbox, so that the worker need not wait for its next poll. */
export const OUTBOX_HINT_CHANNEL = 'outbox-hint'
