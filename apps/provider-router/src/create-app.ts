import { createHttpApp, errorFormatOf } from '@brainlyx/service-kit'
import type { Express } from 'express'
import { registerDeploymentAdministration } from './admin/deployments.routes.ts'
import { headroomOf } from './choose/candidate.ts'
import type { AppDependencies } from './http/app-dependencies.ts'
import { registerChatCompletions } from './http/chat-completions.routes.ts'
import { registerDecisions } from './http/decisions.routes.ts'
import { registerEmbeddings } from './http/embeddings.routes.ts'
import { registerModels } from './http/models.routes.ts'
import { registerProviderKeys } from './http/provider-keys.routes.ts'
import { registerMessages } from './messages/messages.routes.ts'
import { registerKeptResponses } from './responses/kept-responses.routes.ts'
import { registerResponses } from './responses/responses.routes.ts'

/** Images come inside the body, as base64. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024

/**
 * The router's HTTP. Does no I/O by itself. Errors have OpenAI's shape, which every caller reads, but where Anthropic's
 * clients call.
 */
export function createApp(dependencies: AppDependencies): Express {
  const { calls } = dependencies
  return createHttpApp({
    logger: dependencies.logger,
    metrics: dependencies.metrics,
    errorFormat: ({ path }) => (errorFormatOf(path) === 'anthropic' ? 'anthropic' : 'openai'),
    body: { limitBytes: BODY_LIMIT_BYTES },
    // Callers of streams are near: compressing each small piece by itself would save them little.
    compressed: 'documents',
    configure: (app) => {
      registerChatCompletions(app, dependencies)
      registerResponses(app, dependencies)
      registerKeptResponses(app, dependencies)
      registerMessages(app, dependencies)
      registerEmbeddings(app, dependencies)
      registerModels(app, dependencies)
      registerProviderKeys(app, dependencies)
      registerDecisions(app, dependencies)
      registerDeploymentAdministration(app, {
        ...dependencies,
        breaker: (id) => calls.breakers.view(id),
        load: (id) => calls.loads.view(id),
        headroom: (deployment) => headroomOf(deployment, calls.quotas),
        nowMs: calls.nowMs,
      })
    },
  })
}
