import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { z } from 'zod'

/** A function of the auth library that it does not have: begins a sign-in of whom somebody else has vouched for. */
export function beginSignIn() {
  return {
    id: 'begin-sign-in',
    endpoints: {
      beginSignIn: createAuthEndpoint.serverOnly(
        { method: 'POST', body: z.object({ userId: z.string() }) },
        async (context) => {
          const { internalAdapter } = context.context
          const user = await internalAdapter.findUserById(context.body.userId)
          if (user === null) throw new Error('there is no such account')
          const session = await internalAdapter.createSession(user.id)
          await setSessionCookie(context, { session, user })
          return context.json({ token: session.token })
        },
      ),
    },
  } satisfies BetterAuthPlugin
}
