import type { MidwayAction } from '../fault/fault.ts'
import { byteSink, directSink } from './sink.ts'
import type { StreamOptions } from './answer-stream.ts'
import { sendReply } from './send-reply.ts'

/**
 * Sends an answer as one JSON document when its last token is due. Midway faults strike when their token is: the
 * document is then cut off, or left unfinished, at about two thirds; `error` becomes a 500.
 */
export function sendAnswerDocument(options: StreamOptions): void {
  const { wheel, pace, plan, attempt, exchange } = options
  const total = exchange.production.usage.output
  const fault = plan.midway.find((each) => each.afterTokens <= total)
  const tokens = fault?.afterTokens ?? total
  const msPerToken = pace.tokensPerSecond === 0 ? 0 : 1000 / pace.tokensPerSecond
  const first = plan.firstTokenMs ?? pace.timeToFirstTokenMs
  const task = {
    dueAtMs: attempt.arrivedAtMs + first + Math.max(0, tokens - 1) * msPerToken,
    cancelled: false,
    run: () => (fault === undefined ? sendWhole(options) : sendBroken(options, fault.action)),
  }
  attempt.onAbort(() => {
    task.cancelled = true
  })
  if (task.dueAtMs <= wheel.now()) task.run()
  else wheel.schedule(task)
}

function sendWhole(options: StreamOptions): void {
  const { response, plan, wire, exchange, attempt, wheel } = options
  const { body, finish } = wire.document(exchange)
  const text = JSON.stringify(body)
  attempt.record.status = 200
  attempt.record.tokensOut = exchange.production.usage.output
  attempt.record.finish = finish
  response.writeHead(200, headersOf(options, text))
  const sink =
    plan.byteEveryMs === undefined
      ? directSink(response)
      : byteSink(response, wheel, plan.byteEveryMs)
  sink.write(text)
  attempt.settle('completed')
  sink.end()
}

function sendBroken(options: StreamOptions, action: MidwayAction): void {
  const { response, wire, exchange, attempt } = options
  if (action === 'error') {
    const reply = wire.failure({ kind: 'status', status: 500 }, exchange.request)
    sendReply(response, attempt, reply, 'fault')
    return
  }
  const text = JSON.stringify(wire.document(exchange).body)
  const part = text.slice(0, Math.floor(text.length * 0.66))
  attempt.record.status = 200
  const stalls = action === 'stall' || action === 'pings'
  if (!stalls) attempt.settle('fault')
  const sink = directSink(response)
  response.writeHead(200, headersOf(options, action === 'cut' || stalls ? text : part))
  sink.write(part)
  if (action === 'cut') sink.cut()
  else if (!stalls) sink.end()
}

function headersOf({ wire, exchange }: StreamOptions, text: string): Record<string, string> {
  const type = wire.provider === 'gemini' ? 'application/json; charset=UTF-8' : 'application/json'
  return {
    ...wire.headers(exchange),
    'content-type': type,
    'content-length': String(Buffer.byteLength(text)),
  }
}
