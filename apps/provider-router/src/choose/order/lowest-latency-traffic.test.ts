import { expect, test } from 'vitest'
import { createDeploymentLoads } from '../../load/create-deployment-loads.ts'
import { lowestLatency } from './lowest-latency.ts'
import { contextOf, deploymentsOf, idsOf, seededRandom } from './order-under-test.ts'

/** Ten requests a second on a clock of its own, each answered after as long as its deployment then takes. */
class Traffic {
  readonly latencyMs: Record<string, number> = { a: 50, b: 100, c: 400 }
  #now = 0
  readonly #answers: { readonly at: number; readonly give: () => void }[] = []
  readonly #deployments = deploymentsOf({ a: {}, b: {}, c: {} })
  readonly #context = contextOf({
    loads: createDeploymentLoads({ nowMs: () => this.#now }),
    random: seededRandom(3),
  })

  /** How many of so many requests each was given first. */
  run(requests: number): Record<string, number> {
    const counts: Record<string, number> = { a: 0, b: 0, c: 0 }
    for (let request = 0; request < requests; request++) {
      this.#passTo(this.#now + 100)
      const id = idsOf(lowestLatency, this.#deployments, this.#context)[0]!
      counts[id]! += 1
      const call = this.#context.loads.begin(id)
      const latencyMs = this.latencyMs[id]!
      const give = (): void => {
        call.firstToken(latencyMs)
        call.end(false)
      }
      this.#answers.push({ at: this.#now + latencyMs, give })
    }
    return counts
  }

  #passTo(time: number): void {
    const due = this.#answers.filter(({ at }) => at <= time).sort((one, other) => one.at - other.at)
    for (const answer of due) {
      this.#now = answer.at
      answer.give()
      this.#answers.splice(this.#answers.indexOf(answer), 1)
    }
    this.#now = time
  }
}

test('traffic leaves a deployment that becomes slow within twenty requests, and returns when it is well', () => {
  const traffic = new Traffic()
  traffic.run(100)
  expect(traffic.run(200)['a']).toBeGreaterThan(100)

  traffic.latencyMs['a'] = 2_000
  const first = traffic.run(20)
  expect(first['a']).toBeLessThan(20)
  expect(traffic.run(200)['a']).toBeLessThanOrEqual(20)

  traffic.latencyMs['a'] = 50
  traffic.run(600)
  expect(traffic.run(200)['a']).toBeGreaterThan(100)
})

test('while it stays slow it is asked now and then, not by a crowd', () => {
  const traffic = new Traffic()
  traffic.run(300)
  traffic.latencyMs['a'] = 2_000
  traffic.run(20)
  expect(traffic.run(3_000)['a']).toBeLessThan(90)
})
