import { ServiceError } from '@brainlyx/service-kit'
import type { Express } from 'express'
import { administrating } from '../admin/administrating.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { pathParameter } from './authenticated.ts'

/** `GET /admin/decisions/:id`: why a request went where it went. */
export function registerDecisions(
  app: Express,
  { authenticate, findDecision }: AppDependencies,
): void {
  app.get(
    '/admin/decisions/:id',
    administrating(authenticate, async (request, response) => {
      const report = await findDecision(pathParameter(request, 'id'))
      if (report === undefined) {
        throw new ServiceError({
          code: 'decision-not-found',
          status: 404,
          title: 'This decision is not known.',
          detail: 'It was made too long ago, by a replica that has ended, or never.',
        })
      }
      response.json(report)
    }),
  )
}
