import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Browser } from './browser.ts'

/** What runs chat-api. */
export const ENTRY = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface ChatApiProcess {
  readonly child: ChildProcess
  readonly exited: Promise<number | null>
  readonly url: string
  readonly browser: Browser
}

/** chat-api as a process of its own, on the data and the router of `environment`. */
export async function startChatApi(
  environment: Readonly<Record<string, string>>,
): Promise<ChatApiProcess> {
  const child = spawn(process.execPath, [ENTRY], {
    env: { PATH: process.env['PATH'], ...environment, PORT: '0', OPS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  for await (const line of lines) {
    const { msg, port } = JSON.parse(line) as { msg: string; port?: number }
    if (msg !== 'chat-api is ready') continue
    child.stdout.resume()
    const url = `http://127.0.0.1:${port!}`
    return { child, exited, url, browser: new Browser(url) }
  }
  throw new Error(`chat-api ended with ${await exited}`)
}
