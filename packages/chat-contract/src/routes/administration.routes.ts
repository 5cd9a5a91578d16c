import { z } from 'zod'
import { FailureExplanation, FailureOverview, FailureReference } from '../failure.ts'
import { Identifier } from '../identifier.ts'
import { InstallationOverview } from '../installation-overview.ts'
import {
  BanUserInput,
  ChangeUserInput,
  ManagedUserDetail,
  ManagedUserPage,
  ManagedUserQuery,
} from '../user-administration.ts'
import type { Route } from './route.ts'

const UserParams = z.object({ userId: Identifier })

export const administrationRoutes = {
  getInstallationOverview: {
    method: 'GET',
    path: '/admin/overview',
    summary: 'How the installation is: users, turns, spending, failures',
    access: 'admin',
    status: 200,
    response: InstallationOverview,
  },
  listUsers: {
    method: 'GET',
    path: '/admin/users',
    summary: 'Users, the newest first; or those whose address or name begins with something',
    access: 'admin',
    query: ManagedUserQuery,
    status: 200,
    response: ManagedUserPage,
  },
  getUser: {
    method: 'GET',
    path: '/admin/users/:userId',
    summary: 'One user: account, usage, and what the audit log has of them; never what they wrote',
    access: 'admin',
    params: UserParams,
    status: 200,
    response: ManagedUserDetail,
  },
  changeUser: {
    method: 'PATCH',
    path: '/admin/users/:userId',
    summary: 'Give a user another role or tier',
    access: 'admin',
    params: UserParams,
    body: ChangeUserInput,
    status: 200,
    response: ManagedUserDetail,
  },
  banUser: {
    method: 'PUT',
    path: '/admin/users/:userId/ban',
    summary: 'Ban a user: signed out everywhere at once, and not let in again',
    access: 'admin',
    params: UserParams,
    body: BanUserInput,
    status: 200,
    response: ManagedUserDetail,
  },
  unbanUser: {
    method: 'DELETE',
    path: '/admin/users/:userId/ban',
    summary: 'Let a banned user in again',
    access: 'admin',
    params: UserParams,
    status: 200,
    response: ManagedUserDetail,
  },
  endUserSignIns: {
    method: 'DELETE',
    path: '/admin/users/:userId/sign-ins',
    summary: 'Sign a user out everywhere',
    access: 'admin',
    params: UserParams,
    status: 200,
    response: ManagedUserDetail,
  },
  listFailures: {
    method: 'GET',
    path: '/admin/failures',
    summary: 'What failed in the last day, by its code, and the latest of it',
    access: 'admin',
    status: 200,
    response: FailureOverview,
  },
  explainFailure: {
    method: 'GET',
    path: '/admin/failures/:reference',
    summary: 'Why something failed, by the trace id that was shown, or by the id of a turn',
    access: 'admin',
    params: z.object({ reference: FailureReference }),
    status: 200,
    response: FailureExplanation,
  },
} as const satisfies Record<string, Route>
