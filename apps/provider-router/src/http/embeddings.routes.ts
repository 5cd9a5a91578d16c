import { DEPLOYMENT_HEADER, EmbeddingsRequest } from '@brainlyx/router-contract'
import type { EmbeddingInput, EmbeddingsResponse } from '@brainlyx/router-contract'
import type { Express, Request, Response } from 'express'
import type { ProviderEmbeddings } from '../adapters/provider-adapter.ts'
import { embeddingInputs } from '../adapters/wire-value/embedding-inputs.ts'
import type { Caller } from '../admit/authenticate.ts'
import { validate } from '../admit/validate.ts'
import { estimateEmbeddingTokens } from '../choose/estimate-tokens.ts'
import { idempotencyKey } from '../idempotency/idempotency-key.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { AttemptHeaders } from './attempt-headers.ts'
import { authenticated } from './authenticated.ts'
import { CallerGone, callerSignal } from './caller-signal.ts'
import { aloneWith, groupOf } from './embedding-route.ts'
import { requestWishes } from './request-wishes.ts'
import { sendJson } from './send-json.ts'
import { tellOnce } from './tell-once.ts'
import { readsEventsOfWhole, tellWithEvents } from './tell-with-events.ts'

/** `POST /v1/embeddings`. */
export function registerEmbeddings(app: Express, dependencies: AppDependencies): void {
  const answer = async (request: Request, response: Response, caller: Caller): Promise<void> => {
    const body = validate(EmbeddingsRequest, request.body)
    const wishes = requestWishes(request, {})
    const group = groupOf(body, caller, wishes, dependencies)
    const inputs = embeddingInputs(body.input)
    const headers = new AttemptHeaders(response)
    const embed = async (signal: AbortSignal): Promise<EmbeddingsResponse> => {
      const embeddings = await dependencies.batcher.embed({ group, inputs, signal })
      response.setHeader(DEPLOYMENT_HEADER, encodeURI(embeddings.deploymentId))
      headers.decidedBy(embeddings.decisionId)
      return toResponse(embeddings, inputs, body.encoding_format)
    }
    try {
      const key = idempotencyKey(request)
      if (readsEventsOfWhole(request, wishes)) {
        const signal = callerSignal(response)
        await tellWithEvents(
          response,
          async (hear) => {
            const own = aloneWith(group, hear)
            const embeddings = await dependencies.batcher.embed({ group: own, inputs, signal })
            return toResponse(embeddings, inputs, body.encoding_format)
          },
          dependencies,
        )
      } else if (key === undefined) sendJson(response, await embed(callerSignal(response)))
      else {
        const asked = { caller, key, request: ['embeddings', body, wishes] }
        // Also for a caller that has gone: it will ask again.
        await tellOnce(response, asked, () => embed(new AbortController().signal), dependencies)
      }
    } catch (error) {
      headers.noteFailure(error)
      if (!(error instanceof CallerGone)) throw error
    }
  }
  app.post('/v1/embeddings', authenticated(dependencies.authenticate, answer))
}

function toResponse(
  embeddings: ProviderEmbeddings,
  inputs: readonly EmbeddingInput[],
  format: EmbeddingsRequest['encoding_format'],
): EmbeddingsResponse {
  const estimated = inputs.reduce((sum, input) => sum + estimateEmbeddingTokens(input), 0)
  const tokens = embeddings.inputTokens ?? estimated
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
