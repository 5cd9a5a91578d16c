import type { Me } from '@brainlyx/chat-contract'
import { createProviderProtocol } from './provider-protocol.ts'
import { providerName } from './provider-settings.ts'
import type { ProviderSettings } from './provider-settings.ts'
import { providerPath } from './provider-sign-in.routes.ts'
import type { Provider } from './provider-sign-in.service.ts'

/** The providers that are configured, for signing in and for showing them. */
export interface SignInProviders {
  readonly byId: ReadonlyMap<string, Provider>
  readonly shown: Me['installation']['signInProviders']
  /** What a provider is called, where it is still configured. */
  nameOf(providerId: string): string | undefined
}

/** @param options.allowHttp on a laptop a provider may be one, too */
export function createSignInProviders(options: {
  settings: readonly ProviderSettings[]
  publicOrigin: string
  allowHttp: boolean
}): SignInProviders {
  const { publicOrigin, allowHttp } = options
  const byId = new Map(
    options.settings.map((settings) => {
      const redirectUri = `${publicOrigin}${providerPath(settings.id)}/callback`
      const protocol = createProviderProtocol({ settings, redirectUri, allowHttp })
      return [settings.id, { settings, protocol }]
    }),
  )
  const shown = [...byId.values()].map(({ settings }) => ({
    id: settings.id,
    name: providerName(settings),
    path: providerPath(settings.id),
  }))
  return { byId, shown, nameOf: (id) => shown.find((provider) => provider.id === id)?.name }
}
