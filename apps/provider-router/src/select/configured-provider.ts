import type { ProviderKind, ProviderStatus } from '@brainlyx/router-contract'
import type { KeyInput, ProviderInput } from '../config/router-file.ts'
import { accountOfKey } from '../credential/credential.ts'
import type { Credential } from '../credential/credential.ts'

/** A provider with the keys it has right now. */
export interface ConfiguredProvider {
  readonly id: string
  readonly kind: ProviderKind
  readonly name: string
  readonly input: ProviderInput
  /** Where calls go: its own base URL, or the simulator's. */
  readonly baseUrl: string
  /** In the order they are used; none: the provider cannot be used. */
  readonly credentials: readonly Credential[]
  readonly keySource: ProviderStatus['keySource']
}

/** A key set on the settings page goes before those of the environment, which it was set to replace. */
export function configureProvider(
  id: string,
  input: ProviderInput,
  settingsKey: string | undefined,
): ConfiguredProvider {
  const configured = input.keys.map(withFacts).filter(({ key }) => key !== '')
  const keys = settingsKey === undefined ? configured : [withFacts(settingsKey)]
  return {
    id,
    kind: input.kind,
    name: input.name,
    input,
    baseUrl: input.baseUrl,
    credentials: keys.map(({ key, project, limits }) => ({
      providerId: id,
      key,
      account: project ?? accountOfKey(key),
      limits,
    })),
    keySource: settingsKey !== undefined ? 'settings' : keys.length > 0 ? 'environment' : 'none',
  }
}

function withFacts(input: KeyInput): Exclude<KeyInput, string> {
  return typeof input === 'string' ? { key: input } : input
}

/** The same provider played by the simulator. */
export function simulateProvider(
  provider: ConfiguredProvider,
  simulatorUrl: string,
): ConfiguredProvider {
  const base = simulatorUrl.replace(/\/+$/, '')
  return {
    ...provider,
    // The OpenAI SDK takes the version as a part of the base URL, the others add it.
    baseUrl: provider.kind === 'openai' ? `${base}/v1` : base,
    credentials: [{ providerId: provider.id, key: 'simulated', account: 'simulator' }],
    keySource: 'simulator',
  }
}
