import {
  ATTEMPTS_HEADER,
  COST_HEADER,
  DECISION_HEADER,
  DEPLOYMENT_HEADER,
  REPLAYED_HEADER,
} from '@brainlyx/router-contract'
import type { Response } from 'express'
import type { OnceRequest } from '../idempotency/answer-once.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { sendJsonText } from './send-json.ts'

/** What the first answer's headers said of it. */
const TOLD_HEADERS = [DEPLOYMENT_HEADER, ATTEMPTS_HEADER, DECISION_HEADER, COST_HEADER]

/** Sends what `answer` gives, or what it gave to a former request of the same key. */
export async function tellOnce(
  response: Response,
  asked: OnceRequest,
  answer: () => Promise<unknown>,
  { answerOnce }: Pick<AppDependencies, 'answerOnce'>,
): Promise<void> {
  const { told, isRepeated } = await answerOnce(asked, async () => {
    const body = JSON.stringify(await answer())
    const set = TOLD_HEADERS.filter((name) => response.hasHeader(name))
    return {
      body,
      headers: Object.fromEntries(set.map((name) => [name, String(response.getHeader(name))])),
    }
  })
  if (isRepeated) {
    for (const [name, value] of Object.entries(told.headers)) response.setHeader(name, value)
    response.setHeader(REPLAYED_HEADER, 'true')
  }
  sendJsonText(response, told.body)
}
