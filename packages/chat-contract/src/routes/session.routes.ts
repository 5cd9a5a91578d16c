import { Me, SignInInput, SignUpInput } from '../session.ts'
import type { Route } from './route.ts'

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
    response: Me,
  },
  signIn: {
    method: 'POST',
    path: '/sign-in',
    summary: 'Sign in with e-mail and password; a guest’s chats move along',
    access: 'public',
    criticality: 'critical',
    body: SignInInput,
    status: 200,
    response: Me,
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
