import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { plainBehaviour, type Replay } from './replay.ts'

/** Runs the replay server that comes with the recordings. */
export async function startRecordedReplay(program: string, folder: string): Promise<Replay> {
  const child = spawn(
    process.execPath,
    [program, '--port', '0', '--dir', folder, '--strict', '--quiet'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const [line] = (await Promise.race([
    once(lines, 'line'),
    exited.then(() => Promise.reject(new Error('the replay server did not start'))),
  ])) as [string]
  const { listening: origin } = JSON.parse(line) as { listening: string }
  return {
    origin,
    async behave(behaviour) {
      const response = await fetch(`${origin}/__control`, {
        method: 'POST',
        body: JSON.stringify({ ...plainBehaviour, ...behaviour }),
      })
      if (!response.ok) throw new Error(`the replay server refused: ${await response.text()}`)
      await response.arrayBuffer()
    },
    async close() {
      child.kill()
      await exited
    },
  }
}
