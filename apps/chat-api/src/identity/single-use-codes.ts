import { takeTotpStep } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth'
import { createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { symmetricDecrypt } from 'better-auth/crypto'
import type { Kysely } from 'kysely'
import { createHmac } from 'node:crypto'
import { z } from 'zod'

/** The library's defaults, which every authenticator app supposes too. */
const STEP_MS = 30_000
const DIGITS = 6
/** The library accepts one to each side; what passes between its look at the clock and ours is the other. */
const STEPS_AROUND = 2

/** The auth library's name for the cookie between the two steps of a sign-in. */
export const TWO_FACTOR_COOKIE = 'two_factor'

const sentCode = z.object({ code: z.string() })

/**
 * The library accepts a code as long as its time lasts; with this it does once, wherever it asks for one (RFC 6238,
 * 5.2). One that was used is made a wrong one before the library looks at it, so that it counts as such too.
 */
export function singleUseCodes(db: Kysely<Database>) {
  return {
    id: 'single-use-codes',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/two-factor/verify-totp',
          handler: createAuthMiddleware(async (context) => {
            const body = sentCode.safeParse(context.body)
            if (!body.success) return
            const { code } = body.data
            const authUserId = await askedUser(context)
            if (authUserId === undefined) return
            const secret = await secretOf(context, authUserId)
            const step = secret === undefined ? undefined : stepOf(secret, code, Date.now())
            if (step === undefined) return
            if (await takeTotpStep(db, { authUserId, step })) return
            return { context: { body: { ...body.data, code: '' } } }
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin
}

/** Who is to show a code, as the library finds it out: whoever is signed in, or is about to be. */
async function askedUser(context: GenericEndpointContext): Promise<string | undefined> {
  const session = await getSessionFromCtx(context)
  if (session !== null) return session.user.id
  const { createAuthCookie, internalAdapter, secret } = context.context
  const cookie = createAuthCookie(TWO_FACTOR_COOKIE)
  const challenge = await context.getSignedCookie(cookie.name, secret)
  if (!challenge) return undefined
  return (await internalAdapter.findVerificationValue(challenge))?.value
}

async function secretOf(
  context: GenericEndpointContext,
  authUserId: string,
): Promise<string | undefined> {
  const { adapter, secretConfig } = context.context
  const row = await adapter.findOne<{ secret: string }>({
    model: 'twoFactor',
    where: [{ field: 'userId', value: authUserId }],
  })
  if (row === null) return undefined
  return symmetricDecrypt({ key: secretConfig, data: row.secret })
}

/** The latest step of time whose code this is. */
function stepOf(secret: string, code: string, nowMs: number): number | undefined {
  const current = Math.floor(nowMs / STEP_MS)
  for (let step = current + STEPS_AROUND; step >= current - STEPS_AROUND; step--) {
    if (codeAt(secret, step) === code) return step
  }
  return undefined
}

/** RFC 4226, 5.3. */
function codeAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = digest.at(-1)! & 15
  const number = (digest.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS
  return String(number).padStart(DIGITS, '0')
}
