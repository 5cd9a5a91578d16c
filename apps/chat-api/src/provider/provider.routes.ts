import type { ProviderSettingList } from '@brainlyx/chat-contract'
import { ProviderStatusList } from '@brainlyx/router-contract'
import type { RouterClient } from '@brainlyx/turn-engine'
import { actorOf } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
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
  audit: AuditLog
}): Pick<Handlers, 'listProviders' | 'setProviderKey' | 'removeProviderKey'> {
  const { router, models, audit } = dependencies

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
    call: ProviderCall,
    body?: unknown,
  ): Promise<ProviderSettingList> {
    const { providerId } = call.params
    await router.call(method, `/admin/providers/${encodeURIComponent(providerId)}/key`, body)
    models.expire()
    await audit.record({
      by: actorOf(call),
      action: method === 'PUT' ? 'provider-key-set' : 'provider-key-removal',
      details: { provider: providerId },
    })
    return list()
  }

  return {
    listProviders: () => list(),
    setProviderKey: (call) => change('PUT', call, call.body),
    removeProviderKey: (call) => change('DELETE', call),
  }
}
