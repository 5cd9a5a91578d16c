import {
  ATTEMPTS_HEADER,
  DECISION_HEADER,
  DEPLOYMENT_HEADER,
  DecisionReport,
  DeploymentStatusList,
} from '@brainlyx/router-contract'
import type { DeploymentStatus } from '@brainlyx/router-contract'
import { readAnswer } from './read-answer.ts'
import type { AnswerBody } from './read-answer.ts'
import type { RouterUnderTest } from './router-under-test.ts'

/** A chat completion as it came over HTTP. For tests. */
export interface RouterAnswer extends AnswerBody {
  readonly status: number
  readonly headers: Headers
  /** These three are of the headers. */
  readonly deployment: string | null
  readonly attempts: number
  readonly decision: string | null
}

export interface RouterQuestion {
  readonly model: string
  /** Instead of `messages`. */
  readonly prompt?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Anything else that the body is to say. */
  readonly [option: string]: unknown
}

let prompts = 0

/** A prompt that nobody has used before: attempts at it can be told from all others. */
export function newPrompt(about = 'What is a lighthouse for?'): string {
  return `${about} (${++prompts})`
}

export async function askRouter(
  router: RouterUnderTest,
  question: RouterQuestion,
): Promise<RouterAnswer> {
  const { status, headers, body } = await sendQuestion(router, question).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    body: await response.text(),
  }))
  return {
    status,
    headers,
    ...readAnswer(headers.get('content-type') ?? '', body),
    deployment: headers.get(DEPLOYMENT_HEADER),
    attempts: Number(headers.get(ATTEMPTS_HEADER)),
    decision: headers.get(DECISION_HEADER),
  }
}

/** Resolves at the response's headers, for what is done to its body. */
export function sendQuestion(
  { url, client }: RouterUnderTest,
  { prompt, headers, signal, ...body }: RouterQuestion,
): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${client.apiKey}`,
      ...headers,
    },
    body: JSON.stringify({ messages: [{ role: 'user', content: prompt }], ...body }),
    ...(signal === undefined ? {} : { signal }),
  })
}

/** Deployments by their ids, as an administrator sees them at one replica. */
export async function deploymentsAt(
  router: RouterUnderTest,
): Promise<Partial<Record<string, DeploymentStatus>>> {
  const response = await router.admin('/admin/deployments')
  const { deployments } = DeploymentStatusList.parse(await response.json())
  return Object.fromEntries(deployments.map((each) => [each.id, each]))
}

/** What an administrator is told of a request at one replica. */
export async function explain(
  router: RouterUnderTest,
  { decision }: Pick<RouterAnswer, 'decision'>,
): Promise<DecisionReport> {
  const response = await router.admin(`/admin/decisions/${decision}`)
  return DecisionReport.parse(await response.json())
}
