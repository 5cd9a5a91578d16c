import { ServiceError } from '@brainlyx/service-kit'
import express from 'express'
import type { RequestHandler } from 'express'
import sirv from 'sirv'

const YEAR_SECONDS = 365 * 24 * 60 * 60
const HOUR_SECONDS = 60 * 60

/**
 * The browser's files, in Brotli where the build has made that beforehand. Those with a hash in their name never
 * change; the rest (icons) may.
 */
export function builtAssets(directory: string): RequestHandler {
  const router = express.Router()
  router.use(
    '/assets',
    sirv(`${directory}/assets`, { brotli: true, immutable: true, maxAge: YEAR_SECONDS }),
    () => {
      throw new ServiceError({ code: 'not-found', status: 404, title: 'There is no such file.' })
    },
  )
  router.use(sirv(directory, { brotli: true, maxAge: HOUR_SECONDS, extensions: [] }))
  return router
}
