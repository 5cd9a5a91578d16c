import { inject } from 'vitest'
import { TOKENS_PER_SECOND } from './default-pace.ts'

async function order(method: 'POST' | 'DELETE', path: string, body?: object): Promise<void> {
  const response = await fetch(`${inject('simulatorUrl')}/__simulator/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`the simulator refused: ${await response.text()}`)
}

/** Every provider answers with this fault until disposed of. */
export async function failingProviders(fault: string): Promise<AsyncDisposable> {
  await order('POST', 'faults', { fault })
  return { [Symbol.asyncDispose]: () => order('DELETE', 'faults') }
}

/** Answers come at this pace until disposed of. */
export async function pace(tokensPerSecond: number): Promise<AsyncDisposable> {
  await order('POST', 'pace', { tokensPerSecond })
  return {
    [Symbol.asyncDispose]: () => order('POST', 'pace', { tokensPerSecond: TOKENS_PER_SECOND }),
  }
}
