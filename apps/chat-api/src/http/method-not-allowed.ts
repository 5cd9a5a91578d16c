import { ServiceError } from '@brainlyx/service-kit'

/** @param methods which there are; they also belong into the header `allow` */
export function methodNotAllowed(method: string, methods: readonly string[]): ServiceError {
  return new ServiceError({
    code: 'method-not-allowed',
    status: 405,
    title: 'This cannot be done here.',
    detail: `${method} is not among ${methods.join(', ')}.`,
  })
}
