import { request } from 'undici'

export interface User {
  readonly number: number
  readonly cookie: string
}

const AT_ONCE = 8

/** Signs in so many guests. */
export async function signInUsers(origin: string, count: number): Promise<User[]> {
  const users: User[] = []
  let next = 0
  const signIn = async (): Promise<void> => {
    while (next < count) {
      const number = next++
      const response = await request(`${origin}/api/v1/sign-in/guest`, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      })
      await response.body.dump()
      if (response.statusCode !== 201) throw new Error(`no guest: ${response.statusCode}`)
      const cookies = [response.headers['set-cookie'] ?? []].flat()
      users.push({ number, cookie: cookies.map((each) => each.split(';')[0]).join('; ') })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, signIn))
  return users
}
