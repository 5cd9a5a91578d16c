import { z } from 'zod'
import { ProviderSettingList, SetProviderKeyInput } from '../provider-settings.ts'
import type { Route } from './route.ts'

const ProviderParams = z.object({ providerId: z.string().regex(/^[a-z0-9-]{1,64}$/) })

export const providerRoutes = {
  listProviders: {
    method: 'GET',
    path: '/admin/providers',
    summary: 'Providers and whether a key is set',
    access: 'admin',
    status: 200,
    response: ProviderSettingList,
  },
  setProviderKey: {
    method: 'PUT',
    path: '/admin/providers/:providerId/key',
    summary: 'Test a provider key, then keep and use it',
    access: 'admin',
    params: ProviderParams,
    body: SetProviderKeyInput,
    status: 200,
    response: ProviderSettingList,
  },
  removeProviderKey: {
    method: 'DELETE',
    path: '/admin/providers/:providerId/key',
    summary: 'Forget a provider key',
    access: 'admin',
    params: ProviderParams,
    status: 200,
    response: ProviderSettingList,
  },
} as const satisfies Record<string, Route>
