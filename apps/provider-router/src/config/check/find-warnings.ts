import type { RoutingTable, VirtualModel } from '../../select/routing-table.ts'
import { isLiteral } from '../interpolate.ts'
import type { Problem } from '../interpolate.ts'
import type { RouterFile } from '../router-file.ts'
import type { YamlSource } from '../yaml-source.ts'

/** What is valid and yet hardly meant. */
export function findWarnings(file: RouterFile, source: YamlSource, table: RoutingTable): Problem[] {
  return [
    ...Object.keys(file.providers).flatMap((id) => [
      ...literalSecrets(file, id, source),
      ...missingKeys(table, id),
    ]),
    ...[...table.virtualModels.values()].flatMap((model) => [
      ...keylessModel(model),
      ...smallerFallbacks(model),
      ...brokenPromises(model),
    ]),
  ]
}

function missingKeys(table: RoutingTable, id: string): Problem[] {
  if (table.providers.get(id)!.credentials.length > 0) return []
  return [{ path: ['providers', id, 'keys'], message: 'no key is set, so it is left out' }]
}

/** Local servers want some word for a key; what is short or says nothing is no secret. */
const SECRET = /^(?:sk-|gsk_|AIza)|^\S{20,}$/

function literalSecrets(file: RouterFile, id: string, source: YamlSource): Problem[] {
  return file.providers[id]!.keys.flatMap((key, index) => {
    const item = ['providers', id, 'keys', index]
    const path = typeof key === 'string' ? item : [...item, 'key']
    const text = source.textAt(path)
    if (!isLiteral(text) || !SECRET.test(text)) return []
    const message = 'looks like a secret: write ${NAME} or ${file:/path} instead'
    return [{ path, message }]
  })
}

function keylessModel({ id, deployments, fallbacks }: VirtualModel): Problem[] {
  const all = [...deployments, ...Object.values(fallbacks).flat()]
  if (all.some(({ provider }) => provider.credentials.length > 0)) return []
  return [{ path: ['models', id], part: 'key', message: 'none of its providers has a key' }]
}

/** Whoever takes over what was too long should hold more than any before it. */
function smallerFallbacks({ id, deployments, fallbacks }: VirtualModel): Problem[] {
  const largest = Math.max(...deployments.map(({ contextTokens }) => contextTokens ?? 0))
  return (fallbacks.contextTooLong ?? []).flatMap(({ contextTokens }, index) => {
    if (contextTokens === null || contextTokens >= largest) return []
    const message = `holds ${grouped(contextTokens)} tokens, which is fewer than the ${grouped(largest)} of those it stands by for`
    return [{ path: ['models', id, 'fallbacks', 'contextTooLong', index], message }]
  })
}

function grouped(count: number): string {
  return count.toLocaleString('en')
}

/** Residency fails closed: where nobody promises it nobody answers. */
function brokenPromises({ id, deployments, residency }: VirtualModel): Problem[] {
  if (residency === undefined) return []
  const promises = deployments.some(({ provider }) =>
    provider.input.residency.some((region) => residency.includes(region)),
  )
  if (promises) return []
  const message = 'no provider of its deployments promises any of these: every request is refused'
  return [{ path: ['models', id, 'residency'], message }]
}
