/** Where a stop of one of `owner`'s turns is hinted at; the message is the turn's id. */
export const stopChannel = (owner: string): string => `stop-hint:${owner}`
