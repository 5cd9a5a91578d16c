import type {
  DeploymentInput,
  HedgeInput,
  RouterFile,
  VirtualModelInput,
} from '../config/router-file.ts'
import { configureProvider, simulateProvider } from './configured-provider.ts'
import type { ConfiguredProvider } from './configured-provider.ts'
import { buildDeployment } from './deployment.ts'
import type { Deployment } from './deployment.ts'

/** Stands for any model of a provider: `openai/*`. */
export interface Wildcard {
  /** `openai/` */
  readonly prefix: string
  readonly provider: ConfiguredProvider
  /** The deployment of the model with this name. */
  at(model: string): Deployment
}

export interface VirtualModel {
  readonly id: string
  readonly name: string
  readonly strategy: VirtualModelInput['strategy']
  readonly deployments: readonly Deployment[]
  /** Who stands by after them, by what went wrong. */
  readonly fallbacks: Fallbacks
  /** Only deployments whose provider promises one of these; undefined: any. */
  readonly residency: readonly string[] | undefined
  /** When a second deployment is asked as well; undefined: never. */
  readonly hedge: HedgeInput | undefined
}

export type FallbackCause = keyof VirtualModelInput['fallbacks']
export type Fallbacks = Readonly<Partial<Record<FallbackCause, readonly Deployment[]>>>

/** Everything that can be named, resolved once per change of the configuration or of a key. */
export interface RoutingTable {
  /** What it was made of: the settings that are not about single deployments. */
  readonly settings: Omit<RouterFile, 'providers' | 'deployments' | 'models'>
  readonly providers: ReadonlyMap<string, ConfiguredProvider>
  readonly deployments: ReadonlyMap<string, Deployment>
  readonly wildcards: readonly Wildcard[]
  readonly virtualModels: ReadonlyMap<string, VirtualModel>
  /** The simulator plays all providers, since none has a key. */
  readonly simulated: boolean
}

export function buildRoutingTable(options: {
  file: RouterFile
  settingsKeys: ReadonlyMap<string, string>
  simulatorUrl: string | undefined
}): RoutingTable {
  const { file, settingsKeys, simulatorUrl } = options
  const real = Object.entries(file.providers).map(([id, input]) =>
    configureProvider(id, input, settingsKeys.get(id)),
  )
  const simulated =
    simulatorUrl !== undefined && real.every((provider) => provider.credentials.length === 0)
  const providers = new Map(
    real.map((provider) => [
      provider.id,
      simulated ? simulateProvider(provider, simulatorUrl) : provider,
    ]),
  )
  const providerOf = (input: DeploymentInput): ConfiguredProvider => providers.get(input.provider)!
  const single = file.deployments.filter((input) => input.model !== '*')
  const deployments = new Map(
    single.map((input) => [input.id, buildDeployment(input, providerOf(input), file)]),
  )
  const named = (ids: readonly string[]): Deployment[] => ids.map((id) => deployments.get(id)!)
  return {
    settings: file,
    providers,
    deployments,
    wildcards: file.deployments
      .filter((input) => input.model === '*')
      .map((input) => ({
        prefix: input.id.slice(0, -1),
        provider: providerOf(input),
        at: (model) => buildDeployment(input, providerOf(input), file, model),
      })),
    virtualModels: new Map(
      Object.entries(file.models).map(([id, model]) => [
        id,
        {
          id,
          name: model.name,
          strategy: model.strategy,
          deployments: named(model.deployments),
          fallbacks: Object.fromEntries(
            Object.entries(model.fallbacks).map(([cause, ids]) => [cause, named(ids)]),
          ),
          residency: model.residency,
          hedge: model.hedge,
        },
      ]),
    ),
    simulated,
  }
}
