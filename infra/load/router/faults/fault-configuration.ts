import { CALLERS } from './callers.ts'
import type { Caller } from './callers.ts'
import { FAULT_CASES, TIME_LIMITS, TOKENS_PER_SECOND } from './fault-cases.ts'
import type { FaultCase } from './fault-cases.ts'
import { WIRE_FORMATS, nextWireFormat } from './wire-formats.ts'
import type { WireFormat } from './wire-formats.ts'

const FREE = { inputUsdPerMillion: 0, outputUsdPerMillion: 0 }
const REPLICAS = [0, 1] as const

/** Where calls are counted over hundreds of requests: answers as fast as possible. */
export const STRAINS = [
  { model: 'strain-503', name: '503 for ever', primary: '503' },
  { model: 'strain-flapping', name: 'flapping primary', primary: 'flap-3' },
] as const

export interface Cell {
  readonly fault: FaultCase
  readonly wire: WireFormat
  readonly caller: Caller
}

/** The virtual model of a cell. Each has deployments of its own, so that no cell is treated as another one deserves. */
export function modelOf({ fault, wire, caller }: Cell, replica: number): string {
  return `${fault.id}.${wire.id}.${caller.id}.${replica}`
}

/**
 * The router's configuration for the whole table. Primaries and fallbacks belong to different providers, each of
 * which the simulator plays; JSON is YAML as well.
 */
export function faultConfiguration(simulatorOrigin: string): string {
  const providers = WIRE_FORMATS.flatMap((wire) =>
    ['faulty', 'healthy'].map((role) => [
      `${role}-${wire.id}`,
      {
        kind: wire.kind,
        api: wire.api,
        name: `${role} ${wire.id}`,
        baseUrl: wire.kind === 'openai' ? `${simulatorOrigin}/v1` : simulatorOrigin,
        keys: [`key-of-${role}-${wire.id}`],
      },
    ]),
  )
  const cells = FAULT_CASES.flatMap((fault) =>
    WIRE_FORMATS.flatMap((wire) => CALLERS.map((caller): Cell => ({ fault, wire, caller }))),
  )
  const models = [
    ...cells.flatMap((cell) => {
      const pace = `tps-${TOKENS_PER_SECOND}`
      const { primary, fallback } = cell.fault
      return REPLICAS.map((replica) =>
        pairOf(modelOf(cell, replica), cell.wire, [primary, pace], [fallback, pace]),
      )
    }),
    ...STRAINS.map(({ model, primary }) => pairOf(model, WIRE_FORMATS[0]!, [primary], [])),
  ]
  return JSON.stringify({
    deadlineMs: 15_000,
    timeouts: TIME_LIMITS,
    providers: Object.fromEntries(providers),
    deployments: models.flatMap(({ deployments }) => deployments),
    models: Object.fromEntries(
      models.map(({ id, deployments }) => [
        id,
        { name: id.slice(0, 80), deployments: deployments.map((each) => each.id) },
      ]),
    ),
  })
}

type Suffixes = readonly (string | undefined)[]

/** A model with a primary deployment and one that stands by, larger and known to go on from a prefill. */
function pairOf(id: string, wire: WireFormat, primary: Suffixes, fallback: Suffixes) {
  const named = (role: string, suffixes: Suffixes): string =>
    [`${role}-${id}`, ...suffixes.filter((suffix) => suffix !== undefined)].join('+')
  return {
    id,
    deployments: [
      {
        id: `${id}/primary`,
        provider: `faulty-${wire.id}`,
        model: named('primary', primary),
        price: FREE,
        contextTokens: 100_000,
      },
      {
        id: `${id}/fallback`,
        provider: `healthy-${nextWireFormat(wire).id}`,
        model: named('fallback', fallback),
        price: FREE,
        contextTokens: 1_000_000,
        capabilities: { prefill: true },
      },
    ],
  }
}
