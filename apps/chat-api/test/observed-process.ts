import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ObservedProcess {
  readonly url: string
  /** All that it has written so far, to either output. */
  readonly output: () => string
  metrics(): Promise<string>
  stop(): Promise<void>
}

/** A service as a process of its own, saying all that it can, with somebody who listens. */
export async function observeProcess(
  service: 'chat-api' | 'provider-router' | 'worker',
  environment: Readonly<Record<string, string>>,
): Promise<ObservedProcess> {
  const [port, opsPort] = [await freePort(), await freePort()]
  const entry = fileURLToPath(new URL(`../../${service}/src/main.ts`, import.meta.url))
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env['PATH'],
      ...environment,
      LOG_LEVEL: 'trace',
      PORT: String(port),
      OPS_PORT: String(opsPort),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const lines: string[] = []
  const ready = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      if (/"msg":"(chat-api is ready|listening|working)"/.test(line)) ready.resolve()
    })
  }
  await Promise.race([
    ready.promise,
    exited.then(() => Promise.reject(new Error(`${service} ended: ${lines.join('\n')}`))),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => lines.join('\n'),
    metrics: async () => (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text(),
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
