import { z } from 'zod'
import {
  Me,
  SignInInput,
  SignInWithCodeInput,
  SignUpInput,
  SignedIn,
  SignedUp,
} from '../session.ts'
import type { Route } from './route.ts'

const SignInProviderParams = z.object({ signInProviderId: z.string().regex(/^[a-z0-9-]{1,40}$/) })

export const sessionRoutes = {
  getMe: {
    method: 'GET',
    path: '/me',
    summary: 'Who you are, and what this installation offers',
    access: 'public',
    status: 200,
    response: Me,
  },
  signUp: {
    method: 'POST',
    path: '/sign-up',
    summary: 'Make an account; a guest keeps their chats',
    access: 'public',
    criticality: 'critical',
    body: SignUpInput,
    status: 201,
    response: SignedUp,
  },
  signIn: {
    method: 'POST',
    path: '/sign-in',
    summary: 'Sign in with e-mail and password; a guest’s chats move along',
    access: 'public',
    criticality: 'critical',
    body: SignInInput,
    status: 200,
    response: SignedIn,
  },
  signInWithCode: {
    method: 'POST',
    path: '/sign-in/code',
    summary: 'The second step of a sign-in: a code of the authenticator app, or a backup code',
    access: 'public',
    body: SignInWithCodeInput,
    status: 200,
    response: Me,
  },
  beginProviderSignIn: {
    method: 'GET',
    path: '/sign-in/with/:signInProviderId',
    summary: 'Go to a provider, to sign in here with the account there',
    access: 'public',
    params: SignInProviderParams,
    status: 303,
    redirects: true,
  },
  endProviderSignIn: {
    method: 'GET',
    path: '/sign-in/with/:signInProviderId/callback',
    summary: 'Where a provider sends the browser back to',
    access: 'public',
    params: SignInProviderParams,
    status: 303,
    redirects: true,
  },
  signInAsGuest: {
    method: 'POST',
    path: '/sign-in/guest',
    summary: 'Start as a guest',
    access: 'public',
    criticality: 'critical',
    status: 201,
    response: Me,
  },
  signOut: {
    method: 'POST',
    path: '/sign-out',
    summary: 'Sign out here',
    access: 'public',
    criticality: 'critical',
    status: 204,
  },
} as const satisfies Record<string, Route>
