import type { Database, Reads, SignUpRules } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import type { AuditLog } from '../audit/audit-log.ts'
import { createIdentityService } from '../identity/identity.service.ts'
import { createWelcome, sessionRoutes } from '../identity/session.routes.ts'
import type { Sessions } from '../identity/sessions.ts'
import { createSignInLimits } from '../identity/sign-in-limits.ts'
import type { SignInLimitSettings } from '../identity/sign-in-limits.ts'
import { createMakeSignIn } from '../identity/sign-in.ts'
import { signInRoutes } from '../identity/sign-in.routes.ts'
import { createSignUpService } from '../identity/sign-up.service.ts'
import type { UserAdministration } from '../identity/user-administration.ts'
import { createInstallationDescription } from '../installation.ts'
import type { ModelList } from '../model/model-list.ts'
import { createSignInProviders } from '../sign-in-provider/sign-in-providers.ts'
import type { ProviderSettings } from '../sign-in-provider/provider-settings.ts'
import { providerSignInRoutes } from '../sign-in-provider/provider-sign-in.routes.ts'
import { createProviderSignInService } from '../sign-in-provider/provider-sign-in.service.ts'
import { createAccountMails } from './account-mails.ts'
import { accountRoutes } from './account.routes.ts'
import { createCredentialsService } from './credentials.service.ts'
import { createGuestPolicy } from './guest-policy.ts'
import { createPasswordProof } from './prove-password.ts'
import { createSetUpService } from './set-up.service.ts'
import { signUpAdminRoutes } from './sign-up-admin.routes.ts'
import { createSignUpPolicy } from './sign-up-policy.ts'
import { createTwoFactorService } from './two-factor.service.ts'

/** How people come to accounts; what is left out is as a laptop without any settings has it. */
export interface AccountSettings {
  /** Whether a worker has a mail server. A laptop has a page instead. */
  mailIsSent?: boolean
  requireVerifiedEmail?: boolean
  /** Until an administrator sets others. */
  signUp?: SignUpRules
  guests?: 'auto' | 'on' | 'off'
  providers?: readonly ProviderSettings[]
}

/** Signing up and in, by password, provider or as a guest, and what a user does with their account. */
export function createAccounts(dependencies: {
  mode: 'local' | 'production'
  publicOrigin: string
  cookiePrefix: string
  settings: AccountSettings
  limits: SignInLimitSettings
  sessions: Sessions
  administration: UserAdministration
  db: Kysely<Database>
  reads: Reads
  redis: Redis
  models: ModelList
  audit: AuditLog
  hintOutbox: () => void
  logger: Logger
}) {
  const { mode, publicOrigin, settings, db, reads, redis, models, audit } = dependencies
  const { sessions, administration, hintOutbox, logger } = dependencies
  const { auth, users, tokens, cookies, signIns } = sessions
  const isLocal = mode === 'local'
  const hasMailbox = isLocal && settings.mailIsSent !== true
  const mails = createAccountMails({
    areSent: hasMailbox || settings.mailIsSent === true,
    hintOutbox,
  })
  const setUp = createSetUpService({ db, audit })
  const policy = createSignUpPolicy({
    db,
    fallback: settings.signUp ?? { mode: 'open', domains: [] },
    requireVerifiedEmail: settings.requireVerifiedEmail ?? settings.mailIsSent === true,
    isSetUpToken: (token) => setUp.isToken(token),
  })
  const guests = createGuestPolicy({ setting: settings.guests ?? 'auto', models })
  const limits = createSignInLimits({ redis, exemptLoopback: isLocal, ...dependencies.limits })
  const { countMail } = limits
  const makeSignIn = createMakeSignIn({ db, auth, policy, mails, countMail })
  const identity = createIdentityService({ db, auth, users, makeSignIn, audit })
  const prove = createPasswordProof({ identity, limits })
  const signUps = createSignUpService({
    db,
    auth,
    users,
    policy,
    mails,
    makeSignIn,
    audit,
    countMail,
  })
  const providers = createSignInProviders({
    settings: settings.providers ?? [],
    publicOrigin,
    allowHttp: isLocal,
  })
  const describeInstallation = createInstallationDescription({
    mode,
    models,
    redis,
    guests,
    policy,
    sendsMail: mails.areSent,
    hasMailbox,
    signInProviders: providers.shown,
  })
  const welcome = createWelcome({ tokens, cookies, describeInstallation })
  const handlers = {
    ...sessionRoutes({ db, identity, signUps, signIns, welcome, cookies, limits, guests }),
    ...signInRoutes({ signIns, cookies }),
    ...accountRoutes({
      db,
      reads,
      identity,
      prove,
      credentials: createCredentialsService({ db, auth, users, signIns, mails, audit }),
      twoFactor: createTwoFactorService({ auth, users }),
      setUp,
      welcome,
      limits,
      audit,
      hasMailbox,
      nameOfProvider: providers.nameOf,
    }),
    ...signUpAdminRoutes({ db, policy, mails, audit, publicOrigin }),
    ...providerSignInRoutes({
      signIns: createProviderSignInService({
        db,
        auth,
        users,
        identity,
        signUps,
        policy,
        administration,
        audit,
        providers: providers.byId,
      }),
      welcome,
      limits,
      publicOrigin,
      cookiePrefix: dependencies.cookiePrefix,
      logger,
    }),
  }
  return { handlers, identity, prove, guests, setUp, describeInstallation }
}
