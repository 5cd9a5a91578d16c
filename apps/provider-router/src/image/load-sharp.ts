import type { Logger } from '@brainlyx/service-kit'
import type { default as sharp } from 'sharp'

export type Sharp = typeof sharp

/** Sharp reads many more formats, by code that has no business with what strangers send. */
const READ = ['JpegBuffer', 'PngBuffer', 'WebpBuffer', 'GifBuffer', 'NsgifBuffer']

/** @returns sharp, read from the disk when it is first asked for; undefined where it is not there */
export function createSharpLoader(options: {
  readonly logger: Pick<Logger, 'warn'>
  readonly read?: () => Promise<{ readonly default: Sharp }>
}): () => Promise<Sharp | undefined> {
  const { logger, read = () => import('sharp') } = options
  let loading: Promise<Sharp | undefined> | undefined
  return () => (loading ??= read().then(({ default: loaded }) => prepared(loaded), missing))

  function missing(error: unknown): undefined {
    logger.warn(
      { err: error },
      'sharp cannot be loaded: images are passed on as they come, with their metadata. Install sharp beside the router',
    )
    return undefined
  }
}

function prepared(loaded: Sharp): Sharp {
  // Each image is another one: nothing to remember. Two are worked on at a time, by one thread each.
  loaded.cache(false)
  loaded.concurrency(1)
  loaded.block({ operation: ['VipsForeignLoad'] })
  loaded.unblock({ operation: READ.map((name) => `VipsForeignLoad${name}`) })
  return loaded
}
