import { simulatedAnswer } from '@brainlyx/provider-simulator'
import { readAnswer } from './read-answer.ts'
import type { ChatCall } from './send-chat.ts'

/** What is wrong with an answer; undefined where it is the simulator's, complete and to the letter. */
export function flawOf(call: ChatCall): string | undefined {
  if (call.failure !== undefined) return call.failure
  const answer = readAnswer(call)
  if (answer.errorCode !== undefined) return answer.errorCode
  if (!answer.isClosed || answer.finish !== 'stop') return 'the answer is not complete'
  if (answer.text !== simulatedAnswer(call.prompt, { system: call.system }).text)
    return 'the text is not the simulator’s'
  return undefined
}
