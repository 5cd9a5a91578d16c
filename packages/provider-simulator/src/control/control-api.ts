import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { simulatedAnswer } from '../answer/simulated-answer.ts'
import { countTokens } from '../answer/tokens.ts'
import type { SimulatorState } from '../exchange/simulator-state.ts'
import { readBody } from '../http/read-body.ts'

const FaultOrder = z.strictObject({
  provider: z.enum(['openai', 'groq', 'anthropic', 'gemini']).optional(),
  model: z.string().optional(),
  fault: z.string(),
  times: z.number().int().min(1).optional(),
})

const PaceOrder = z.strictObject({
  tokensPerSecond: z.number().min(0).optional(),
  timeToFirstTokenMs: z.number().min(0).optional(),
})

/** `/__simulator/…`: faults and pace without renaming models, the log of attempts, the text to expect. */
export async function answerControl(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const query = new URL(request.url ?? '/', 'http://simulator').searchParams
  switch (`${request.method} ${path}`) {
    case 'GET /healthz':
      return send(response, 200, { status: 'ok' })
    case 'GET /attempts': {
      const since = query.get('since') ?? undefined
      return send(
        response,
        200,
        state.log.list({ since, prompt: query.get('prompt') ?? undefined }),
      )
    }
    case 'DELETE /attempts':
      state.log.clear()
      return send(response, 200, { cleared: true })
    case 'GET /answer': {
      const answer = simulatedAnswer(query.get('prompt') ?? '', {
        system: query.get('system') ?? '',
      })
      return send(response, 200, { ...answer, tokens: countTokens(answer.text) })
    }
    case 'POST /faults':
      return setFault(state, request, response)
    case 'DELETE /faults':
      state.faults.clear()
      return send(response, 200, { cleared: true })
    case 'POST /pace': {
      const order = PaceOrder.safeParse(await bodyOf(request))
      if (!order.success) return send(response, 400, { error: z.prettifyError(order.error) })
      Object.assign(state.pace, order.data)
      return send(response, 200, state.pace)
    }
    default:
      return send(response, 404, { error: `there is no ${request.method} /__simulator${path}` })
  }
}

async function setFault(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const order = FaultOrder.safeParse(await bodyOf(request))
  if (!order.success) return send(response, 400, { error: z.prettifyError(order.error) })
  try {
    state.faults.set(order.data)
  } catch (error) {
    return send(response, 400, { error: error instanceof Error ? error.message : 'no such fault' })
  }
  send(response, 200, order.data)
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request)
  return body.ok ? body.value : undefined
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    })
    .end(text)
}
