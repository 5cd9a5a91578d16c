import type { ModelPrices } from '@brainlyx/model-catalog'
import type { LimitsInput, RouterFile } from '../router-file.ts'
import type { RoutingTable } from '../../select/routing-table.ts'
import type { YamlSource } from '../yaml-source.ts'

/**
 * What a usable file configures, as aligned text: providers with how many keys, deployments with price, tier and limits
 * of each key, virtual models. Names are shown as the file has them, so that nothing of the environment is.
 */
export function summarise(file: RouterFile, source: YamlSource, table: RoutingTable): string {
  return [
    section('Providers', providerRows(file, source, table)),
    section('Deployments, in US dollars a million tokens', deploymentRows(file, source, table)),
    section('Virtual models', modelRows(file, source)),
  ].join('\n')
}

function providerRows(file: RouterFile, source: YamlSource, table: RoutingTable): string[][] {
  return Object.entries(file.providers).map(([id, { kind, limits }]) => {
    const { credentials } = table.providers.get(id)!
    return [
      id,
      kind,
      credentials.length === 0 ? 'no key' : counted(credentials.length, 'key'),
      source.textAt(['providers', id, 'region']),
      limitsText(limits),
    ]
  })
}

function deploymentRows(file: RouterFile, source: YamlSource, table: RoutingTable): string[][] {
  const users = usersOf(file)
  return file.deployments.map(({ id, limits }, index) => {
    const deployment = table.deployments.get(id)
    const models = users.get(id) ?? []
    return [
      source.textAt(['deployments', index, 'id']),
      deployment === undefined ? 'any model' : priceText(deployment.prices),
      deployment === undefined || deployment.isEmbedding ? '' : deployment.tier,
      limitsText(limits),
      models.length === 0 ? 'by its name only' : `in ${models.join(', ')}`,
    ]
  })
}

/** By a deployment's id, the virtual models that it is in. */
function usersOf(file: RouterFile): Map<string, string[]> {
  const users = new Map<string, string[]>()
  for (const [name, { deployments, fallbacks }] of Object.entries(file.models)) {
    for (const id of new Set([...deployments, ...Object.values(fallbacks).flat()])) {
      users.set(id, [...(users.get(id) ?? []), name])
    }
  }
  return users
}

function modelRows(file: RouterFile, source: YamlSource): string[][] {
  return Object.entries(file.models).map(([name, { strategy, deployments, fallbacks }]) => {
    const listed = (ids: readonly string[], path: readonly PropertyKey[]): string =>
      ids.map((_, index) => source.textAt(['models', name, ...path, index])).join(', ')
    const standingBy = Object.entries(fallbacks).map(
      ([cause, ids]) => `; ${cause}: ${listed(ids, ['fallbacks', cause])}`,
    )
    return [name, strategy, `${listed(deployments, ['deployments'])}${standingBy.join('')}`]
  })
}

function priceText(prices: ModelPrices | null): string {
  if (prices === null) return 'no price'
  const usd = (picoUsdPerToken: bigint): string => String(Number(picoUsdPerToken) / 1_000_000)
  const { inputPicoUsdPerToken, outputPicoUsdPerToken } = prices
  return `${usd(inputPicoUsdPerToken)} in, ${usd(outputPicoUsdPerToken)} out`
}

function limitsText(limits: LimitsInput | undefined): string {
  const { requestsPerMinute, tokensPerMinute, concurrency } = limits ?? {}
  return [
    requestsPerMinute === undefined ? [] : `${requestsPerMinute} requests/min`,
    tokensPerMinute === undefined ? [] : `${tokensPerMinute} tokens/min`,
    concurrency === undefined ? [] : `${concurrency} at once`,
  ]
    .flat()
    .join(', ')
}

/** `1 key`, `2 keys`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

/** Columns as wide as their widest cell; those that are empty in all rows are left out. */
function section(title: string, rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]!.length)),
  )
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .filter((_, column) => widths[column]! > 0)
      .join('  ')
      .trimEnd(),
  )
  return [title, ...(lines.length === 0 ? ['none'] : lines).map((line) => `  ${line}`), ''].join(
    '\n',
  )
}
