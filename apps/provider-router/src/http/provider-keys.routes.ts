import { ProviderKeyInput } from '@brainlyx/router-contract'
import type { ProviderStatus, ProviderStatusList } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Express } from 'express'
import { administrating } from '../admin/administrating.ts'
import { validate } from '../admit/validate.ts'
import { checkKey } from '../credential/check-key.ts'
import { accountOfKey, keyHint } from '../credential/credential.ts'
import type { ConfiguredProvider } from '../select/configured-provider.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { pathParameter } from './authenticated.ts'

/** `GET /admin/providers`, `PUT` and `DELETE /admin/providers/:id/key`: for administrators only. */
export function registerProviderKeys(app: Express, dependencies: AppDependencies): void {
  const { logger, authenticate, keyFile, table, rebuild, adapterFor, calls } = dependencies

  const list = administrating(authenticate, (_request, response) => {
    response.json({
      editable: keyFile.editable,
      providers: [...table().providers.values()].map(statusOf),
    } satisfies ProviderStatusList)
  })

  const set = administrating(authenticate, async (request, response, administrator) => {
    const { key } = validate(ProviderKeyInput, request.body)
    const provider = editableProvider(pathParameter(request, 'id'))
    await checkKey(provider, key, adapterFor)
    await keyFile.set(provider.id, key)
    calls.health.accept({ providerId: provider.id, key, account: accountOfKey(key) }, '')
    rebuild()
    logger.info({ provider: provider.id, by: administrator }, 'a provider’s key was set')
    response.json(statusOf(table().providers.get(provider.id)!))
  })

  const remove = administrating(authenticate, async (request, response, administrator) => {
    const provider = editableProvider(pathParameter(request, 'id'))
    await keyFile.remove(provider.id)
    rebuild()
    logger.info({ provider: provider.id, by: administrator }, 'a provider’s key was removed')
    response.json(statusOf(table().providers.get(provider.id)!))
  })

  app.get('/admin/providers', list)
  app.put('/admin/providers/:id/key', set)
  app.delete('/admin/providers/:id/key', remove)

  function editableProvider(id: string): ConfiguredProvider {
    if (!keyFile.editable) {
      throw new ServiceError({
        code: 'provider-keys-not-editable',
        status: 409,
        title: 'Keys cannot be set here.',
        detail: 'Keys of this installation come from its environment and cannot be set here.',
      })
    }
    const provider = table().providers.get(id)
    if (provider !== undefined) return provider
    throw new ServiceError({
      code: 'provider-not-found',
      status: 404,
      title: 'There is no such provider.',
    })
  }
}

function statusOf(provider: ConfiguredProvider): ProviderStatus {
  const [credential] = provider.credentials
  const isReal = credential !== undefined && provider.keySource !== 'simulator'
  return {
    id: provider.id,
    kind: provider.kind,
    name: provider.name,
    keySource: provider.keySource,
    keyHint: isReal ? keyHint(credential.key) : null,
    keyPage: provider.input.keyPage,
  }
}
