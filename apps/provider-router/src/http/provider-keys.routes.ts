import { ProviderKeyInput } from '@brainlyx/router-contract'
import type { ProviderStatus, ProviderStatusList } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Express, Request } from 'express'
import { validate } from '../admit/validate.ts'
import { checkKey } from '../credential/check-key.ts'
import { keyHint } from '../credential/credential.ts'
import type { ConfiguredProvider } from '../select/configured-provider.ts'
import type { AppDependencies } from './app-dependencies.ts'

/** The service that answers for an administrator of this installation. */
const ADMINISTRATING_SERVICE = 'chat-api'

/** `GET /admin/providers`, `PUT` and `DELETE /admin/providers/:id/key`: for chat-api only. */
export function registerProviderKeys(app: Express, dependencies: AppDependencies): void {
  const { keyFile, table, rebuild, adapterFor, calls } = dependencies

  app.get('/admin/providers', async (request, response) => {
    await requireAdministrator(request, dependencies)
    response.json({
      editable: keyFile.editable,
      providers: [...table().providers.values()].map(statusOf),
    } satisfies ProviderStatusList)
  })

  app.put('/admin/providers/:id/key', async (request, response) => {
    await requireAdministrator(request, dependencies)
    const { key } = validate(ProviderKeyInput, request.body)
    const provider = editableProvider(request.params.id)
    await checkKey(provider, key, adapterFor)
    await keyFile.set(provider.id, key)
    calls.health.accept({ providerId: provider.id, key }, '')
    rebuild()
    response.json(statusOf(table().providers.get(provider.id)!))
  })

  app.delete('/admin/providers/:id/key', async (request, response) => {
    await requireAdministrator(request, dependencies)
    const provider = editableProvider(request.params.id)
    await keyFile.remove(provider.id)
    rebuild()
    response.json(statusOf(table().providers.get(provider.id)!))
  })

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

async function requireAdministrator(
  request: Request,
  { authenticate }: AppDependencies,
): Promise<void> {
  const caller = await authenticate(request.get('authorization'))
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
