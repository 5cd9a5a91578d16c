import { DEPLOYMENT_HEADER, EmbeddingsRequest } from '@brainlyx/router-contract'
import type { EmbeddingsResponse } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Express, Request, Response } from 'express'
import type { ProviderEmbeddings } from '../adapters/provider-adapter.ts'
import { validate } from '../admit/validate.ts'
import { embeddingOperation } from '../call/embedding-operation.ts'
import { runOperation } from '../call/run-operation.ts'
import { chooseCandidates } from '../choose/choose-candidates.ts'
import { selectModel } from '../select/select-model.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { authenticated } from './authenticated.ts'
import { CallerGone, callerSignal } from './caller-signal.ts'

/** `POST /v1/embeddings`. */
export function registerEmbeddings(app: Express, dependencies: AppDependencies): void {
  const answer = (request: Request, response: Response): Promise<void> =>
    embed(request, response, dependencies)
  app.post('/v1/embeddings', authenticated(dependencies.authenticate, answer))
}

async function embed(
  request: Request,
  response: Response,
  { table, adapterFor, calls }: AppDependencies,
): Promise<void> {
  const body = validate(EmbeddingsRequest, request.body)
  const now = table()
  const operation = embeddingOperation(body, adapterFor)
  const needs = { images: false, tools: false, inputTokens: operation.inputTokens }
  const candidates = chooseCandidates(selectModel(now, body.model), needs, calls.health).filter(
    ({ deployment }) => adapterFor(deployment.api).embed !== undefined,
  )
  if (candidates.length === 0) {
    throw new ServiceError({
      code: 'unsupported-capability',
      status: 400,
      title: 'This model makes no embeddings.',
    })
  }
  const options = { candidates, deadlineMs: now.deadlineMs, signal: callerSignal(response) }
  try {
    for await (const event of runOperation(operation, options, calls)) {
      if (event.type === 'part') {
        response.setHeader(DEPLOYMENT_HEADER, encodeURI(event.candidate.deployment.id))
      }
    }
  } catch (error) {
    if (error instanceof CallerGone) return
    throw error
  }
  response.json(toResponse(operation.result(), operation.inputTokens, body.encoding_format))
}

function toResponse(
  embeddings: ProviderEmbeddings,
  estimatedTokens: number,
  format: EmbeddingsRequest['encoding_format'],
): EmbeddingsResponse {
  const tokens = embeddings.inputTokens ?? estimatedTokens
  return {
    object: 'list',
    model: embeddings.model,
    data: embeddings.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: format === 'base64' ? toBase64(vector) : [...vector],
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

/** Little-endian 32-bit floats, as OpenAI's SDK asks for by itself. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}
