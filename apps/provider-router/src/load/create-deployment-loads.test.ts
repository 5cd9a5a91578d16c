import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDeploymentLoads } from './create-deployment-loads.ts'
import type { DeploymentLoads, RunningCall } from './deployment-load.ts'

function loadsAt(clock: { now: number }): DeploymentLoads {
  return createDeploymentLoads({ nowMs: () => clock.now })
}

test('a call is in flight until it ends, and ends once', () => {
  const loads = loadsAt({ now: 0 })
  const [first, second] = [loads.begin('a'), loads.begin('a')]
  expect(loads.view('a').inFlight).toBe(2)
  first.end(false)
  first.end(true)
  expect(loads.view('a')).toMatchObject({ inFlight: 1, samples: 0 })
  second.end(true)
  expect(loads.view('a').inFlight).toBe(0)
  expect(loads.view('b').inFlight).toBe(0)
})

test('the first token is measured, once a call, and not after its end', () => {
  const clock = { now: 0 }
  const loads = loadsAt(clock)
  const call = loads.begin('a')
  clock.now = 120
  call.firstToken(120)
  call.firstToken(9_000)
  call.end(false)
  call.firstToken(9_000)
  clock.now = 1_120
  expect(loads.view('a')).toEqual({
    inFlight: 0,
    latencyMs: 120,
    measuredAgoMs: 1_000,
    samples: 1,
    missRate: 0,
  })
})

test('an unknown deployment is not measured, rather than fast', () => {
  const { latencyMs, measuredAgoMs, samples } = loadsAt({ now: 0 }).view('a')
  expect([latencyMs, measuredAgoMs, samples]).toEqual([undefined, undefined, 0])
})

test('failing fast is slow, and slower than whatever it was before', () => {
  const loads = loadsAt({ now: 0 })
  loads.begin('a').end(true)
  expect(loads.view('a')).toMatchObject({ latencyMs: 5_000, samples: 1 })
  const thinks = loads.begin('b')
  thinks.firstToken(20_000)
  thinks.end(false)
  loads.begin('b').end(true)
  expect(loads.view('b').latencyMs).toBe(20_000)
})

test('a stream that breaks off late is slow, but not by how long it streamed', () => {
  const clock = { now: 0 }
  const loads = loadsAt(clock)
  const call = loads.begin('a')
  call.firstToken(50)
  clock.now = 200_000
  call.end(true)
  expect(loads.view('a')).toMatchObject({ latencyMs: 5_000, samples: 1 })
})

test('a caller who left a silent deployment tells that it takes longer than that', () => {
  const clock = { now: 0 }
  const loads = loadsAt(clock)
  const call = loads.begin('a')
  clock.now = 8_000
  call.end(false)
  expect(loads.view('a')).toMatchObject({ latencyMs: 8_000, samples: 1, missRate: 0.2 })
})

test('a caller who left early tells nothing', () => {
  const clock = { now: 0 }
  const loads = loadsAt(clock)
  const call = loads.begin('a')
  clock.now = 300
  call.end(false)
  call.firstToken(300)
  expect(loads.view('a')).toMatchObject({ latencyMs: undefined, samples: 0 })
})

test('an answer that begins after a second misses the objective', () => {
  const loads = loadsAt({ now: 0 })
  for (const elapsedMs of [1_000, 1_001]) {
    const call = loads.begin(`took ${elapsedMs}`)
    call.firstToken(elapsedMs)
    call.end(false)
  }
  expect(loads.view('took 1000').missRate).toBe(0)
  expect(loads.view('took 1001').missRate).toBe(0.2)
})

test('the thousand called last are remembered, and whoever has a call in flight', () => {
  const loads = loadsAt({ now: 0 })
  const running = loads.begin('running')
  const measure = (id: string): void => {
    const call = loads.begin(id)
    call.firstToken(50)
    call.end(false)
  }
  measure('old')
  measure('used again')
  for (let index = 0; index < 500; index++) measure(`other ${index}`)
  measure('used again')
  for (let index = 500; index < 999; index++) measure(`other ${index}`)
  expect(loads.view('old').samples).toBe(0)
  expect(loads.view('other 0').samples).toBe(0)
  expect(loads.view('other 1').samples).toBe(1)
  expect(loads.view('used again').samples).toBe(2)
  expect(loads.view('running').inFlight).toBe(1)
  running.end(false)
  expect(loads.view('running').inFlight).toBe(0)
})

test('in flight are those that began and have not ended, whatever happens to them in between', () => {
  const action = fc.record({
    type: fc.constantFrom('begin', 'first-token', 'end', 'fail'),
    deployment: fc.constantFrom('a', 'b', 'c'),
    call: fc.nat(),
    ms: fc.nat(30_000),
  })
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const clock = { now: 0 }
      const loads = loadsAt(clock)
      const calls: { deployment: string; running: RunningCall; ended: boolean }[] = []
      const check = (): void => {
        for (const id of ['a', 'b', 'c']) {
          const open = calls.filter(({ deployment, ended }) => deployment === id && !ended)
          expect(loads.view(id).inFlight).toBe(open.length)
        }
      }
      for (const { type, deployment, call: index, ms } of actions) {
        clock.now += ms
        const call = calls[index % calls.length]
        if (type === 'begin') {
          calls.push({ deployment, running: loads.begin(deployment), ended: false })
        } else if (call !== undefined && type === 'first-token') {
          call.running.firstToken(ms)
        } else if (call !== undefined) {
          call.running.end(type === 'fail')
          call.ended = true
        }
        check()
      }
    }),
  )
})
