import { row } from '../router/run/results.ts'
import type { Row } from '../router/run/results.ts'
import { Caller, quantile, signUp } from './caller.ts'
import type { Replicas } from './replicas.ts'

const WARM_UP = 300

/**
 * What it costs to know who asks and to let them in: the same route asked by nobody from a laptop's own address, where
 * there is nothing to know and to count, and by a member, one after the other in the same round.
 */
export async function hotPath({ laptop }: Replicas, rounds: number): Promise<Row[]> {
  const url = `${laptop}/api/v1/models`
  const { caller: member } = await signUp(laptop)
  const nobody = new Caller()
  const [bare, whole, cost]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < rounds + WARM_UP; round++) {
    const first = round % 2 === 0
    const a = await (first ? nobody : member).send(url)
    const b = await (first ? member : nobody).send(url)
    if (a.status !== 200 || b.status !== 200) throw new Error(`refused: ${a.status}, ${b.status}`)
    if (round < WARM_UP) continue
    const [without, with_] = first ? [a.ms, b.ms] : [b.ms, a.ms]
    bare.push(without)
    whole.push(with_)
    cost.push(with_ - without)
  }
  return [
    row('a request of nobody, median', quantile(bare, 0.5), 'ms'),
    row('the same by a member, authenticated and let in, median', quantile(whole, 0.5), 'ms'),
    row('authentication and admission, median', quantile(cost, 0.5), 'ms', { atMost: 0.5 }),
    row('a member’s request to nobody’s', quantile(whole, 0.5) / quantile(bare, 0.5), 'times'),
  ]
}
