import { API_PREFIX, openApiDocument } from '@brainlyx/chat-contract'
import type { Express } from 'express'
import { documentationPage } from './documentation-page.ts'
import { stylesheet, stylesheetHash } from './stylesheet.ts'

/** The API's description for programs and, as one page without any other file, for people. */
export function registerDocumentation(app: Express): void {
  const document = openApiDocument()
  const page = documentationPage(document, stylesheet)
  app.get(`${API_PREFIX}/openapi.json`, (_request, response) => {
    response.setHeader('cache-control', 'public, max-age=300')
    response.json(document)
  })
  app.get(`${API_PREFIX}/docs`, (_request, response) => {
    response.setHeader('cache-control', 'public, max-age=300')
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; style-src '${stylesheetHash}'; frame-ancestors 'none'; base-uri 'none'`,
    )
    response.type('html').send(page)
  })
}
