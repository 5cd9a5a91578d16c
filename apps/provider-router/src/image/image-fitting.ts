import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import type { Logger } from '@brainlyx/service-kit'
import { createSharpLoader } from './load-sharp.ts'
import type { Sharp } from './load-sharp.ts'
import { Places } from './places.ts'
import { RequestImages } from './request-images.ts'

/** Images of requests, brought to the size that their provider looks at, without their metadata. */
export interface ImageFitting {
  /** undefined where nothing is to be done to them. @param request one that holds images */
  of(request: ChatCompletionRequest): RequestImages | undefined
  /** There were images, and sharp was not there to work on them. */
  readonly isMissing: boolean
}

/** Two use what two cores have to give; each may hold a few hundred megabytes of pixels. */
const AT_ONCE = 2

export function createImageFitting(options: {
  readonly logger: Pick<Logger, 'warn'>
  readonly isOn: () => boolean
  readonly readSharp?: () => Promise<{ readonly default: Sharp }>
}): ImageFitting {
  const { logger, isOn, readSharp } = options
  const load = createSharpLoader({
    logger,
    ...(readSharp === undefined ? {} : { read: readSharp }),
  })
  const places = new Places(AT_ONCE)
  let isMissing = false
  const loadSharp = async (): Promise<Sharp | undefined> => {
    const sharp = await load()
    isMissing = sharp === undefined
    return sharp
  }
  return {
    of: (request) => (isOn() ? new RequestImages(request, { loadSharp, places }) : undefined),
    get isMissing() {
      return isMissing
    },
  }
}
