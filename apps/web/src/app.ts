import { createHttpApp, errorFormatOf } from '@brainlyx/service-kit'
import type { Logger, Metrics, ServiceTokenSigner } from '@brainlyx/service-kit'
import type { Express } from 'express'
import { chatApiHeaders } from './forward/chat-api-headers.ts'
import { forwardToChatApi } from './forward/forward-to-chat-api.ts'
import { refuseForeignOrigins } from './forward/refuse-foreign-origins.ts'
import { limitBody } from './pages/limit-body.ts'
import { pagePolicy } from './pages/page-policy.ts'
import type { Pages } from './pages/pages.ts'

export interface AppDependencies {
  logger: Logger
  metrics: Metrics
  pages: Pages
  chatApiUrl: string
  publicOrigin: string
  trustedProxyHops: number
  /** Absent only on a laptop whose chat-api asks for none. */
  serviceTokens: ServiceTokenSigner | undefined
}

/** One origin for the browser: `/api` and `/v1` go on to chat-api, everything else is a page or a file. */
export function createApp(dependencies: AppDependencies): Express {
  const { pages, publicOrigin } = dependencies
  const headers = chatApiHeaders(dependencies)
  return createHttpApp({
    logger: dependencies.logger,
    metrics: dependencies.metrics,
    body: false,
    // Programs read the shape of an error that their path promises, also where chat-api is away.
    errorFormat: ({ originalUrl }) => errorFormatOf(originalUrl.split('?', 1)[0] ?? ''),
    https: publicOrigin.startsWith('https:'),
    configure: (app) => {
      app.use(
        ['/api', '/v1'],
        refuseForeignOrigins({ publicOrigin, withoutOrigin: 'allow-without-cookie' }),
        forwardToChatApi({ target: dependencies.chatApiUrl, headers }),
      )
      app.use(pages.assets)
      app.use(
        pagePolicy(pages),
        limitBody,
        refuseForeignOrigins({ publicOrigin, withoutOrigin: 'refuse' }),
        pages.render({
          chatApiUrl: dependencies.chatApiUrl,
          publicOrigin,
          chatApiHeaders: headers,
          logError: (error, path) => dependencies.logger.error({ err: error, path }, 'page failed'),
        }),
      )
    },
  })
}
