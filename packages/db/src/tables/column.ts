import type { ColumnType } from 'kysely'

/** Written by the database's clock unless a statement says otherwise. */
export type Timestamp = ColumnType<Date, Date | undefined, Date>
/** The millisecond in the row's own UUIDv7. */
export type IdTimestamp = ColumnType<Date, Date, never>
/** `jsonb`; written as JSON text, since the driver would make a Postgres array of a JavaScript one. */
export type Json<T> = ColumnType<T, string, string>
export type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>
