import { z } from 'zod'
import { Identifier } from '../identifier.ts'
import { EndedSignIns, OwnSignInList } from '../sign-in.ts'
import type { Route } from './route.ts'

export const signInRoutes = {
  listSignIns: {
    method: 'GET',
    path: '/me/sign-ins',
    summary: 'Where you are signed in',
    access: 'user',
    status: 200,
    response: OwnSignInList,
  },
  endSignIn: {
    method: 'DELETE',
    path: '/me/sign-ins/:signInId',
    summary: 'Sign out there: its tokens and streams end within seconds',
    access: 'user',
    params: z.object({ signInId: Identifier }),
    status: 204,
  },
  endOtherSignIns: {
    method: 'POST',
    path: '/me/sign-ins/end-others',
    summary: 'Sign out everywhere else',
    access: 'user',
    status: 200,
    response: EndedSignIns,
  },
} as const satisfies Record<string, Route>
