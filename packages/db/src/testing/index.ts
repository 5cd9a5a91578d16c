// For the tests of whatever keeps its data here.
export { testDatabase } from './test-database.ts'
export { NO_PRICE, arrangeEnd, arrangeGuest, arrangeTurn, newTurn } from './arrange-chat.ts'
export { createPlainDatabase } from './plain-database.ts'
export { loosenTiers } from './loosen-tiers.ts'
export { monthSuffix } from '../partitions/month-suffix.ts'
