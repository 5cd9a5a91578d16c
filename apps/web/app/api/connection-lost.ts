import type { Problem } from '@brainlyx/chat-contract'

/** No answer at all, as opposed to one that says no. */
export const connectionLost: Problem = {
  type: 'about:blank',
  title: 'The connection was lost.',
  detail: 'Check the network, then try again: nothing will be sent twice.',
  status: 0,
  code: 'connection-lost',
  traceId: '',
  retryable: true,
  retryAfterMs: null,
}
