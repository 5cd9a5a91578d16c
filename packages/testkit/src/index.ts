// Real Postgres and Redis for tests. Knows nothing of what is kept in them.
export { createTestDatabase } from './postgres/test-database.ts'
export type { TestDatabase, TestDatabaseTemplate } from './postgres/test-database.ts'
export { startRedisServer } from './redis/redis-server.ts'
export type { RedisServer } from './redis/redis-server.ts'
export { createTestRedis } from './redis/test-redis.ts'
export type { TestRedis } from './redis/test-redis.ts'
export { eventually } from './eventually.ts'
export { liveRoutes } from './http/live-routes.ts'
