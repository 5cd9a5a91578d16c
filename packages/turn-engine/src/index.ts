// One turn from its prompt to its stored end, and the log by which everyone reads it.
export { END_HINT, createTurnLog, hintChannel } from './turn-log/turn-log.ts'
export type { AppendResult, LogEntry, TurnLog } from './turn-log/turn-log.ts'
export { turnLogRedisOptions } from './turn-log/turn-log-redis.ts'
export { createHints } from './turn-log/turn-hints.ts'
export type { Hints } from './turn-log/turn-hints.ts'
export { followTurn } from './turn-log/follow-turn.ts'
export type { FollowTurnOptions } from './turn-log/follow-turn.ts'
export type { Pace } from './turn-log/entry-feed.ts'
export type { TurnReference } from './turn-log/followed-turn.ts'
export { replayLog } from './turn-log/replay-log.ts'
export { createTurnFollower } from './turn-log/turn-follower.ts'
export type { TurnEndings, TurnFollower } from './turn-log/turn-follower.ts'
export type { LiveTurns } from './turn-log/live-turns.ts'
export {
  LOG_START,
  comparePositions,
  formatPosition,
  parsePosition,
} from './turn-log/log-position.ts'
export type { LogPosition } from './turn-log/log-position.ts'
export { createRouterClient } from './router-client/router-client.ts'
export type { RouterClient, RouterPath } from './router-client/router-client.ts'
export { answerCut, routerError } from './router-client/router-error.ts'
export { AttemptLedger } from './run-turn/attempt-ledger.ts'
export { approximateTokens, tokensOfLength } from './prompt/approximate-tokens.ts'
export { startHeartbeat } from './heartbeat/heartbeat.ts'
export type { Heartbeat } from './heartbeat/heartbeat.ts'
export { createTurnEngine } from './run-turn/turn-engine.ts'
export type { TurnEngine, TurnEngineDependencies } from './run-turn/turn-engine.ts'
export type { TurnFailure, TurnObserver, TurnOutcome } from './run-turn/run-turn.ts'
export { observeTogether } from './run-turn/observe-together.ts'
export { createAnswerPlaces } from './answer-places/answer-places.ts'
export type { AnswerPlaces } from './answer-places/answer-places.ts'
export { createPlaceKeeper } from './answer-places/place-keeper.ts'
export {
  PLACE_LEASE_MS,
  PLACE_RENEWAL_MS,
  answersKey,
  releasePlace,
  renewPlaces,
  userSubject,
} from './answer-places/place-lease.ts'
export type { PlaceLease } from './answer-places/place-lease.ts'
export type { TurnToRun } from './run-turn/turn-to-run.ts'
export { budgetProblem } from './budget/budget-problem.ts'
export { turnPriceOf } from './budget/turn-price-of.ts'
export { finalFrame } from './run-turn/end-turn.ts'
export { stopChannel } from './run-turn/stop-channel.ts'
