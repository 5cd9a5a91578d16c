import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url))

/** The real worker, in a process of its own, on the same data as `environment`'s chat-api. */
export async function startWorker(
  environment: Readonly<Record<string, string>>,
): Promise<{ stop(): Promise<void> }> {
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env['PATH'], ...environment, PORT: '0', OPS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg } = JSON.parse(line) as { msg: string }
    if (msg !== 'working') continue
    child.stdout.resume()
    return {
      async stop() {
        child.kill('SIGTERM')
        await exited
      },
    }
  }
  throw new Error('the worker did not start')
}
