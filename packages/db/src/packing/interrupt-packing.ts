/** What a connection that packs a month calls itself. */
export const PACKER = 'pack-month'

/**
 * A statement of the tables' owner that ends the packing of a month, which can be done another day: while it copies,
 * nobody can change the table's shape, and all who want to read would queue behind who tries.
 */
export const INTERRUPT_PACKING = `
  select pg_cancel_backend(pid) from pg_stat_activity
  where application_name = '${PACKER}' and datname = current_database() and usename = current_user
`
