// For the tests of whatever keeps its data here.
export { testDatabase } from './test-database.ts'
export { arrangeGuest, arrangeTurn, newTurn } from './arrange-chat.ts'
