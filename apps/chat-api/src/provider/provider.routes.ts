import type { ProviderSettingList } from '@brainlyx/chat-contract'
import { ProviderStatusList } from '@brainlyx/router-contract'
import type { RouterClient } from '@brainlyx/turn-engine'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { Principal } from '../http/principal.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import type { ModelList } from '../model/model-list.ts'

interface ProviderCall {
  readonly params: { readonly providerId: string }
  readonly principal: Principal
  readonly origin: RequestOrigin
}

/** The settings page's provider keys. They are kept by the router, and only pass through here. */
export function providerRoutes(dependencies: {
  router: RouterClient
  models: ModelList
  trail: AuditTrail
}): Pick<Handlers, 'listProviders' | 'setProviderKey' | 'removeProviderKey'> {
  const { router, models, trail } = dependencies

  async function list(): Promise<ProviderSettingList> {
    const { editable, providers } = ProviderStatusList.parse(
      await router.call('GET', '/admin/providers'),
    )
    return {
      editable,
      providers: providers.map(({ id, name, keySource, keyHint, keyPage }) => ({
        id,
        name,
        keySource,
        keyHint,
        keyPage,
      })),
    }
  }

  async function change(
    method: 'PUT' | 'DELETE',
    { params: { providerId }, principal, origin }: ProviderCall,
    body?: unknown,
  ): Promise<ProviderSettingList> {
    await router.call(method, `/admin/providers/${encodeURIComponent(providerId)}/key`, body)
    models.expire()
    await trail.record(
      { actor: principal, origin },
      {
        action: method === 'PUT' ? 'provider-key-set' : 'provider-key-removal',
        outcome: 'completed',
        details: { provider: providerId },
      },
    )
    return list()
  }

  return {
    listProviders: () => list(),
    setProviderKey: (call) => change('PUT', call, call.body),
    removeProviderKey: (call) => change('DELETE', call),
  }
}
