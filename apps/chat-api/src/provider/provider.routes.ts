import type { ProviderSettingList } from '@brainlyx/chat-contract'
import { ProviderStatusList } from '@brainlyx/router-contract'
import type { RouterClient } from '@brainlyx/turn-engine'
import type { Handlers } from '../http/register-routes.ts'
import type { ModelList } from '../model/model-list.ts'

/** The settings page's provider keys. They are kept by the router, and only pass through here. */
export function providerRoutes(dependencies: {
  router: RouterClient
  models: ModelList
}): Pick<Handlers, 'listProviders' | 'setProviderKey' | 'removeProviderKey'> {
  const { router, models } = dependencies

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
    providerId: string,
    body?: unknown,
  ): Promise<ProviderSettingList> {
    await router.call(method, `/admin/providers/${encodeURIComponent(providerId)}/key`, body)
    models.expire()
    return list()
  }

  return {
    listProviders: () => list(),
    setProviderKey: ({ params, body }) => change('PUT', params.providerId, body),
    removeProviderKey: ({ params }) => change('DELETE', params.providerId),
  }
}
