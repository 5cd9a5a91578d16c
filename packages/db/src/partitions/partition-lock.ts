/**
 * The advisory lock, of a session, under which partitions are dropped or exchanged and indexes built on them: one of
 * these at a time in the whole installation, since each would take a partition away from under the others.
 */
export const PARTITION_LOCK = 7236518204
