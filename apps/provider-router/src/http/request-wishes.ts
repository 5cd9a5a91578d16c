import {
  ATTEMPT_EVENTS,
  EVENTS_HEADER,
  REGION_HEADER,
  RESIDENCY_HEADER,
  SHARE_HEADER,
  STYLE_HEADER,
} from '@brainlyx/router-contract'
import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Request } from 'express'
import { Region } from '../config/router-file.ts'

/** What a caller asks of the router itself, by headers. */
export interface RequestWishes {
  /** It reads events between the chunks. */
  readonly readsEvents: boolean
  /** It reads all of them, so it can be told to forget what it has. */
  readonly forgets: boolean
  readonly region: string | undefined
  /** Where the request may be worked on, and nowhere else; undefined: anywhere. */
  readonly residency: readonly string[] | undefined
  /** undefined: as the installation has it. */
  readonly style: 'brainlyx' | 'raw' | undefined
  readonly mayBeShared: boolean
}

/** @throws {ServiceError} 400 `invalid-request` where a header cannot be read: residency must not be lost by a typo */
export function requestWishes(
  request: Request,
  body: Pick<ChatCompletionRequest, 'brainlyx'>,
): RequestWishes {
  const residency = request.get(RESIDENCY_HEADER)
  const events = request.get(EVENTS_HEADER)
  return {
    readsEvents: events === '1' || events === ATTEMPT_EVENTS,
    forgets: events === '1',
    region: regionsIn(REGION_HEADER, request.get(REGION_HEADER))?.[0],
    residency: regionsIn(RESIDENCY_HEADER, residency),
    style: request.get(STYLE_HEADER) === 'raw' ? 'raw' : body.brainlyx?.style,
    mayBeShared: request.get(SHARE_HEADER) !== '0',
  }
}

function regionsIn(header: string, value: string | undefined): string[] | undefined {
  if (value === undefined) return undefined
  const regions = value.split(',').map((each) => each.trim())
  if (regions.every((region) => Region.safeParse(region).success)) return regions
  throw new ServiceError({
    code: 'invalid-request',
    status: 400,
    title: 'The request is not valid.',
    detail: `\`${header}\` names regions in lower case, such as eu or us-east, with commas between.`,
    fields: [{ path: header, message: 'is not a list of regions' }],
  })
}
