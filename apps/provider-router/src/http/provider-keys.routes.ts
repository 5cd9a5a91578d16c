import { ProviderKeyInput } from '@brainlyx/router-contract'
import type { ProviderStatus, ProviderStatusList } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Express, Request, RequestHandler, Response } from 'express'
import type { Caller } from '../admit/authenticate.ts'
import { validate } from '../admit/validate.ts'
import { checkKey } from '../credential/check-key.ts'
import { keyHint } from '../credential/credential.ts'
import type { ConfiguredProvider } from '../select/configured-provider.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { authenticated, pathParameter } from './authenticated.ts'

/** The service that answers for an administrator of this installation. */
const ADMINISTRATING_SERVICE = 'chat-api'

/** `GET /admin/providers`, `PUT` and `DELETE /admin/providers/:id/key`: for chat-api only. */
export function registerProviderKeys(app: Express, dependencies: AppDependencies): void {
  const { keyFile, table, rebuild, adapterFor, calls } = dependencies
  const administrating = (
    handle: (request: Request, response: Response) => Promise<void> | void,
  ): RequestHandler =>
    authenticated(dependencies.authenticate, (request, response, caller) => {
      requireAdministrator(caller)
      return handle(request, response)
    })

  const list = administrating((_request, response) => {
    response.json({
      editable: keyFile.editable,
      providers: [...table().providers.values()].map(statusOf),
    } satisfies ProviderStatusList)
  })

  const set = administrating(async (request, response) => {
    const { key } = validate(ProviderKeyInput, request.body)
    const provider = editableProvider(pathParameter(request, 'id'))
    await checkKey(provider, key, adapterFor)
    await keyFile.set(provider.id, key)
    calls.health.accept({ providerId: provider.id, key }, '')
    rebuild()
    response.json(statusOf(table().providers.get(provider.id)!))
  })

  const remove = administrating(async (request, response) => {
    const provider = editableProvider(pathParameter(request, 'id'))
    await keyFile.remove(provider.id)
    rebuild()
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

/** @throws {ServiceError} 403 */
function requireAdministrator(caller: Caller): void {
  if (caller.kind === 'service' && caller.service === ADMINISTRATING_SERVICE) return
  throw new ServiceError({
    code: 'not-permitted',
    status: 403,
    title: 'This caller may not see or set provider keys.',
  })
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
