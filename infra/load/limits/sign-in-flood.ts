import { row } from '../router/run/results.ts'
import type { Row } from '../router/run/results.ts'
import { Caller, quantile, signUp } from './caller.ts'
import type { Replicas } from './replicas.ts'

const FLOOD_WIDTH = 16
const PAUSE_MS = 10

/** Who reads their chats while others try passwords, as fast as they are answered. */
export async function signInFlood({ laptop }: Replicas, forMs: number): Promise<Row[]> {
  const { caller: reader } = await signUp(laptop)
  const readFor = async (): Promise<number[]> => {
    const times: number[] = []
    const until = performance.now() + forMs
    while (performance.now() < until) {
      times.push((await reader.send(`${laptop}/api/v1/chats`)).ms)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    return times
  }
  const calm = await readFor()
  const over = new AbortController()
  let signIns = 0
  let account = 0
  const flood = Array.from({ length: FLOOD_WIDTH }, async () => {
    const attacker = new Caller()
    while (!over.signal.aborted) {
      // An account of its own each time: the limit of one account is not what is measured here.
      const { status } = await attacker.send(`${laptop}/api/v1/sign-in`, {
        method: 'POST',
        json: { email: `nobody-${++account}@example.com`, password: 'a wrong password' },
      })
      if (status === 401) signIns++
    }
  })
  const flooded = await readFor()
  over.abort()
  await Promise.all(flood)
  return [
    row('sign-ins a second in a flood of them', signIns / (forMs / 1000), '1/s'),
    row('a page of chats, p95', quantile(calm, 0.95), 'ms'),
    row('the same in the flood, p95', quantile(flooded, 0.95), 'ms', { atMost: 50 }),
  ]
}
