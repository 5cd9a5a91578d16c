import type { MiddlewareFunction } from 'react-router'
import { pageRequest } from './page-request.server.ts'

/** What chat-api set while a page was made (a renewed access token, a new sign-in) goes on to the browser. */
export const passCookies: MiddlewareFunction<Response> = async ({ context }, next) => {
  const response = await next()
  for (const cookie of context.get(pageRequest).chatApi.setCookies) {
    response.headers.append('set-cookie', cookie)
  }
  return response
}
