import { ServiceError } from '@brainlyx/service-kit'

/** @param path of the request, as OpenAI writes it */
export function unsupportedHere(path: string, detail: string): ServiceError {
  return new ServiceError({
    code: 'unsupported-option',
    status: 400,
    title: 'This option is not to be had here.',
    detail,
    fields: [{ path, message: 'is not to be had here' }],
  })
}
