/** The functions whose queries concern more than one user, each with the reason why no shard is chosen for them. */
export const SYSTEM_QUERIES: Readonly<Record<string, string>> = {
  claimOrphanedTurns:
    'takes over what dead processes ran, whosever it is; each shard has its own recovery',
  findStopRequests: 'asks for all turns of a process that are to be stopped',
  findUnfinishedTurns: 'asks for all turns that a process follows, by id, in one query',
  releaseTurn: 'gives up one of the process’s turns, by its id',
  releaseIdleTurns: 'gives up what a process owns and does not produce',
  beginDataRequest: 'a job knows a request by its id alone',
  peekDataRequest: 'a signed link names a request by its id; whose it was may be forgotten',
  failDataRequest: 'a job knows a request by its id alone',
  purgeDataRequests: 'forgets requests whose time is over, whosever they are',
  findDataRequestIds: 'asks which of many files still have a request',
  touchIdleDataRequests: 'starts anew what no job has touched, whosever it is',
  findApiKey: 'finds out whose a key is; the map of keys stays global',
  listChangedApiKeys: 'asks which keys have changed, whosever they are',
  findLostApiCalls: 'asks for the calls of dead processes; each shard has its own recovery',
  listUserBudgets: 'an administrator sees whose budget is another than their tier’s',
  listAlertedBudgets: 'an administrator sees whose budget is nearly spent',
  findTurnOfAnyone: 'an administrator names a turn by its id and not whose it is',
  countActiveUsers: 'counts everybody who sent something; each shard has its own sum',
  countTurns: 'counts the turns of everybody; each shard has its own sum',
  findUserByAuthUser: 'finds out who somebody is; the map of accounts stays global',
}
