import type { DatabaseConnection, Dialect, Driver, TransactionSettings } from 'kysely'
import { ActingConnection } from './acting-connection.ts'

/**
 * A Postgres dialect whose statements run for whom `asUser` and `asSystem` say. Its pool must be one of clients with
 * `pipeline: true`; without it everything works and takes more round trips.
 */
export function actingDialect(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => actingDriver(dialect.createDriver()),
  }
}

/** A transaction begins with its first statement, in the same round trip. */
function actingDriver(driver: Driver): Driver {
  const connections = new WeakMap<DatabaseConnection, ActingConnection>()
  return {
    init: (options) => driver.init(options),
    destroy: (options) => driver.destroy(options),
    async acquireConnection(options) {
      const inner = await driver.acquireConnection(options)
      const connection = connections.get(inner) ?? new ActingConnection(inner)
      connections.set(inner, connection)
      return connection
    },
    releaseConnection: (connection, options) =>
      driver.releaseConnection(acting(connection).inner, options),
    async beginTransaction(connection, settings) {
      acting(connection).openTransaction(beginning(settings))
    },
    async commitTransaction(connection) {
      const { inner } = acting(connection)
      if (acting(connection).closeTransaction()) await driver.commitTransaction(inner)
    },
    async rollbackTransaction(connection) {
      const { inner } = acting(connection)
      if (acting(connection).closeTransaction()) await driver.rollbackTransaction(inner)
    },
    async savepoint(connection, name, compile) {
      await acting(connection).begin()
      await driver.savepoint?.(acting(connection).inner, name, compile)
    },
    async rollbackToSavepoint(connection, name, compile) {
      acting(connection).forgetActor()
      await driver.rollbackToSavepoint?.(acting(connection).inner, name, compile)
    },
    async releaseSavepoint(connection, name, compile) {
      await driver.releaseSavepoint?.(acting(connection).inner, name, compile)
    },
  }
}

function acting(connection: DatabaseConnection): ActingConnection {
  if (connection instanceof ActingConnection) return connection
  throw new TypeError('a connection of another driver')
}

function beginning({ isolationLevel, accessMode }: TransactionSettings): string {
  const level = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`
  return `begin${level}${accessMode === undefined ? '' : ` ${accessMode}`}`
}
