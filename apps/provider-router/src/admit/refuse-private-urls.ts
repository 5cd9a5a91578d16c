import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { ServiceError, readOutboundUrl } from '@brainlyx/service-kit'

/** Bare base64 has no scheme; what has one is a URL. */
const HAS_SCHEME = /^[a-z][a-z\d+.-]*:/i

/**
 * Images and files that a request only points at are fetched by the provider, which may be a server in the operator’s
 * own network. So no URL goes there that would not be fetched from here: it must be of the public web.
 * @throws {ServiceError} 400 `invalid-request`
 */
export function refusePrivateUrls({ messages }: Pick<ChatCompletionRequest, 'messages'>): void {
  for (const [place, { role, content }] of messages.entries()) {
    if (role !== 'user' || typeof content === 'string') continue
    for (const [index, part] of content.entries()) {
      const at = `messages[${place}].content[${index}]`
      if (part.type === 'image_url') refusePrivateUrl(part.image_url.url, `${at}.image_url.url`)
      if (part.type === 'file') refusePrivateUrl(part.file.file_data ?? '', `${at}.file.file_data`)
    }
  }
}

/** @param path where in the request it stands. @throws {ServiceError} 400 `invalid-request` */
export function refusePrivateUrl(url: string, path: string): void {
  if (url.startsWith('data:') || !HAS_SCHEME.test(url)) return
  try {
    readOutboundUrl(url)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const message = `is a URL that is not allowed: ${error.detail ?? ''}`
    throw new ServiceError({
      code: 'invalid-request',
      status: 400,
      title: 'The request is not valid.',
      detail: `\`${path}\` ${message}`,
      fields: [{ path, message }],
    })
  }
}
