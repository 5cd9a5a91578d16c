import type { ServerResponse } from 'node:http'
import type { InsteadFault } from '../fault/fault-plan.ts'
import type { Failure } from '../wire/failure.ts'
import type { Reply } from '../wire/wire.ts'
import type { RunningAttempt } from './running-attempt.ts'
import { sendReply } from './send-reply.ts'

/** Does what a fault does in place of an answer. `reply` puts a failure into the provider's words. */
export function strikeInstead(
  fault: InsteadFault,
  response: ServerResponse,
  attempt: RunningAttempt,
  reply: (failure: Failure) => Reply,
): void {
  switch (fault.kind) {
    case 'hang':
      return
    case 'reset-before-headers':
      attempt.settle('fault')
      response.socket?.resetAndDestroy()
      return
    case 'context-length':
      // The number in the message is made up, but larger than any limit it names.
      sendReply(response, attempt, reply({ kind: 'context-length', tokens: 1_250_060 }), 'fault')
      return
    case 'quota':
    case 'prompt-blocked':
    case 'status':
      sendReply(response, attempt, reply(fault), 'fault')
  }
}
