import type { ApiAnswer, ApiCaller, ApiRequest, CallOptions } from './chat-api-caller.ts'

/** Someone signed in, with a browser's way of keeping cookies. */
export interface Guest {
  /** Never rejects. */
  call(request: ApiRequest, options?: CallOptions): Promise<ApiAnswer>
  /** For requests that are made in another way. */
  readonly cookie: () => string
}

const AT_ONCE = 8

/** Signs in so many guests, a few at a time. Local mode does not limit sign-ins from the loopback address. */
export async function signInGuests(api: ApiCaller, count: number): Promise<Guest[]> {
  const guests: Guest[] = []
  let begun = 0
  const signInNext = async (): Promise<void> => {
    while (begun++ < count) guests.push(await signInGuest(api))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, signInNext))
  return guests
}

async function signInGuest(api: ApiCaller): Promise<Guest> {
  const jar = new Map<string, string>()
  const guest: Guest = {
    async call(request, options) {
      const answer = await api.call({ ...request, cookie: guest.cookie() }, options)
      for (const [name, value] of answer.cookies) jar.set(name, value)
      return answer
    },
    cookie: () => [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
  }
  const { status, failure } = await guest.call({ method: 'POST', path: '/sign-in/guest' })
  if (status !== 201) throw new Error(`a guest was not signed in: ${failure ?? status}`)
  return guest
}
