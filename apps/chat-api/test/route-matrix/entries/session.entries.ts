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
  // Nobody has shown a password whose code this could be.
  signInWithCode: { body: { code: '123456' }, passes: 401 },
  // No provider is configured; sign-in-provider/provider-sign-in.test.ts has some.
  beginProviderSignIn: { passes: 404 },
  endProviderSignIn: { passes: 404 },
  signOut: {},
} as const satisfies Partial<Record<RouteName, RouteEntry>>
