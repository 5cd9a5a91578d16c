import type { ChatCompletionRequest, ImagePart } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { z } from 'zod'
import type { Deployment } from '../select/deployment.ts'
import { readDataImage, writeDataImage } from './data-image.ts'
import { fitImage } from './fit-image.ts'
import { inspectImage } from './inspect-image.ts'
import type { InspectedImage } from './inspect-image.ts'
import type { Sharp } from './load-sharp.ts'
import type { Places } from './places.ts'
import { UnusableImage } from './unusable-image.ts'
import { usefulSize } from './useful-size.ts'
import type { UsefulSize } from './useful-size.ts'

type Image = z.infer<typeof ImagePart>

interface WorkedImage {
  /** For who reads an error: `messages.0.content.1.image_url.url`. */
  readonly path: string
  readonly inspected: Promise<InspectedImage | undefined>
  /** By the useful size, in words; the image as it came where that is good. */
  readonly fitted: Map<string, Promise<string>>
}

/** The images of one request, each fitted once for each size that somebody wants, always from the original. */
export class RequestImages {
  readonly #request: ChatCompletionRequest
  readonly #loadSharp: () => Promise<Sharp | undefined>
  readonly #places: Places
  /** By their parts, which stay the same when a request is put together anew. */
  readonly #images = new Map<Image, WorkedImage>()
  #sharp: Sharp | undefined
  #signal: AbortSignal | undefined

  constructor(
    request: ChatCompletionRequest,
    options: {
      readonly loadSharp: () => Promise<Sharp | undefined>
      readonly places: Places
    },
  ) {
    this.#request = request
    this.#loadSharp = options.loadSharp
    this.#places = options.places
  }

  /**
   * Fits them for where the request goes first, so that no provider is called with an image that cannot be used.
   * @param signal of the whole request: nothing more is done once it is aborted
   * @throws {ServiceError} 400 `invalid-request`, or the reason of `signal`
   */
  async prepare(deployment: Deployment, signal: AbortSignal): Promise<void> {
    this.#signal = signal
    const images = [...imagesOf(this.#request)]
    if (images.length === 0) return
    this.#sharp = await this.#loadSharp()
    if (this.#sharp === undefined) return
    for (const { part, path } of images) this.#inspect(part, path, this.#sharp)
    await this.fit(this.#request, deployment)
  }

  /**
   * A request with the images that the deployment looks at; the request itself where they are good as they are. What
   * was done once is not done again.
   * @throws {ServiceError} 400 `invalid-request`, or the reason of the whole request's signal
   */
  async fit(
    request: ChatCompletionRequest,
    deployment: Deployment,
  ): Promise<ChatCompletionRequest> {
    if (this.#images.size === 0) return request
    const urls = new Map<unknown, string>()
    const fitted = [...this.#images].map(async ([part, image]) => {
      const url = await this.#fitted(part, image, deployment)
      if (url !== part.image_url.url) urls.set(part, url)
    })
    await Promise.all(fitted)
    return urls.size === 0 ? request : withUrls(request, urls)
  }

  #inspect(part: Image, path: string, sharp: Sharp): void {
    const data = readDataImage(part.image_url.url)
    if (data === undefined) return
    const inspected = this.#work(() => inspectImage(data, sharp), path)
    this.#images.set(part, { path, inspected, fitted: new Map() })
  }

  #fitted(part: Image, image: WorkedImage, deployment: Deployment): Promise<string> {
    const { kind } = deployment.provider
    const useful = this.#share(usefulSize(kind, deployment.model, part.image_url.detail ?? 'auto'))
    const key = JSON.stringify(useful)
    const known = image.fitted.get(key)
    if (known !== undefined) return known
    const fitted = this.#fitOne(part, image, useful)
    image.fitted.set(key, fitted)
    return fitted
  }

  async #fitOne(part: Image, image: WorkedImage, useful: UsefulSize): Promise<string> {
    const inspected = await image.inspected
    const sharp = this.#sharp
    if (inspected === undefined || sharp === undefined) return part.image_url.url
    const bytes = await this.#work(() => fitImage(inspected, useful, sharp), image.path)
    return bytes === undefined ? part.image_url.url : writeDataImage(inspected.format, bytes)
  }

  /** What all images may have together, each gets its share of. */
  #share({ requestBytes, ...useful }: UsefulSize): UsefulSize {
    if (requestBytes === undefined) return useful
    return { ...useful, fileBytes: Math.floor(requestBytes / this.#images.size) }
  }

  async #work<T>(work: () => Promise<T>, path: string): Promise<T> {
    try {
      return await this.#places.hold(() => {
        this.#signal?.throwIfAborted()
        return work()
      })
    } catch (error) {
      throw error instanceof UnusableImage ? refusal(path, error.message) : error
    }
  }
}

/** Those that are in the request itself: what has an address is its provider's to fetch. */
function* imagesOf({ messages }: ChatCompletionRequest): Generator<{ part: Image; path: string }> {
  for (const [place, { role, content }] of messages.entries()) {
    if (role !== 'user' || typeof content === 'string') continue
    for (const [index, part] of content.entries()) {
      if (part.type !== 'image_url' || !part.image_url.url.startsWith('data:')) continue
      yield { part, path: `messages.${place}.content.${index}.image_url.url` }
    }
  }
}

function withUrls(
  request: ChatCompletionRequest,
  urls: ReadonlyMap<unknown, string>,
): ChatCompletionRequest {
  const messages = request.messages.map((message) => {
    if (message.role !== 'user' || typeof message.content === 'string') return message
    const content = message.content.map((part) => {
      const url = urls.get(part)
      if (url === undefined || part.type !== 'image_url') return part
      return { ...part, image_url: { ...part.image_url, url } }
    })
    return { ...message, content }
  })
  return { ...request, messages }
}

function refusal(path: string, message: string): ServiceError {
  return new ServiceError({
    code: 'invalid-request',
    status: 400,
    title: 'An image of the request cannot be used.',
    detail: `The image at \`${path}\` ${message}. Send it again as a PNG, JPEG, WebP or GIF file in base64.`,
    fields: [{ path, message }],
  })
}
