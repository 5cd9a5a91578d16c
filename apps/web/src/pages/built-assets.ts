import { ServiceError } from '@brainlyx/service-kit'
import express from 'express'
import type { RequestHandler } from 'express'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000
const HOUR_MS = 60 * 60 * 1000

/** Files with a hash in their name never change; the rest (icons) may. */
export function builtAssets(directory: string): RequestHandler {
  const router = express.Router()
  router.use(
    '/assets',
    express.static(`${directory}/assets`, {
      immutable: true,
      maxAge: YEAR_MS,
      index: false,
      redirect: false,
    }),
    () => {
      throw new ServiceError({ code: 'not-found', status: 404, title: 'There is no such file.' })
    },
  )
  router.use(express.static(directory, { maxAge: HOUR_MS, index: false, redirect: false }))
  return router
}
