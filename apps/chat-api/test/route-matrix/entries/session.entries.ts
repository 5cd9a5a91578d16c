import type { RouteName } from '@brainlyx/chat-contract'
import type { RouteEntry } from '../route-entry.ts'

const credentials = { email: 'someone@example.com', password: 'long enough for us' }

export const sessionEntries = {
  getMe: {},
  signUp: { body: credentials },
  // The account is the one that `signUp`'s owner made.
  signIn: {
    body: credentials,
    async arrange({ api }) {
      await api.browser().post('/api/v1/sign-up', credentials)
      return {}
    },
  },
  // Who is a guest already stays the one they are.
  signInAsGuest: {},
  signOut: {},
} as const satisfies Partial<Record<RouteName, RouteEntry>>
