import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerControl } from '../control/control-api.ts'
import { answerEmbedding } from '../embedding/embedding-exchange.ts'
import { geminiEmbeddings } from '../embedding/gemini-embeddings.ts'
import { openAiEmbeddings } from '../embedding/openai-embeddings.ts'
import { callerKey, keyFailure } from '../exchange/caller-key.ts'
import { answerChat } from '../exchange/chat-exchange.ts'
import type { SimulatorState } from '../exchange/simulator-state.ts'
import { modelList, providerFailure } from '../wire/model-list.ts'
import type { Reply } from '../wire/wire.ts'
import { findRoute } from './find-route.ts'
import type { Route } from './find-route.ts'
import { readBody } from './read-body.ts'

/** Answers one HTTP request; rejects only where the client left before its body was complete. */
export async function handleRequest(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const saysAnthropic = request.headers['anthropic-version'] !== undefined
  const route = findRoute(request.method ?? 'GET', request.url ?? '/', saysAnthropic)
  switch (route.kind) {
    case 'control':
      return answerControl(state, request, response, route.path)
    case 'models':
    case 'unknown':
      return send(response, simpleReply(request, route))
    case 'chat': {
      const body = await readBody(request)
      return answerChat(state, request, response, { ...route, body })
    }
    case 'openai-embeddings':
      return answerEmbedding(state, request, response, openAiEmbeddings(await readBody(request)))
    case 'gemini-embeddings': {
      const call = geminiEmbeddings(await readBody(request), route.model, route.batch)
      return answerEmbedding(state, request, response, call)
    }
  }
}

function simpleReply(
  request: IncomingMessage,
  route: Extract<Route, { kind: 'models' | 'unknown' }>,
): Reply {
  if (route.kind === 'unknown') {
    return providerFailure(route.provider, { kind: 'not-found', path: route.path })
  }
  const failure = keyFailure(callerKey(request))
  if (failure !== undefined) return providerFailure(route.provider, failure)
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(modelList(route.provider, route.name)),
  }
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, reply.headers).end(reply.body)
}
