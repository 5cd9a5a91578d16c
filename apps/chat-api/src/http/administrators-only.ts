import { ServiceError } from '@brainlyx/service-kit'

/** Also where the token that let somebody in is older than what made them none. */
export const administratorsOnly = new ServiceError({
  code: 'administrators-only',
  status: 403,
  title: 'This is for administrators.',
})
