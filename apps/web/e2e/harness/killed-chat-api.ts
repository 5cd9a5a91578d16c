import { inject } from 'vitest'

async function order(name: 'kill' | 'start'): Promise<void> {
  const response = await fetch(`${inject('chatApiControlUrl')}/${name}`, { method: 'POST' })
  if (!response.ok) throw new Error(`chat-api could not ${name}: ${await response.text()}`)
}

/** Kills chat-api without a word; it is started again when disposed of. */
export async function killedChatApi(): Promise<AsyncDisposable> {
  await order('kill')
  return { [Symbol.asyncDispose]: () => order('start') }
}
