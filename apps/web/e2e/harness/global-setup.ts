import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { startStack } from './stack.ts'

declare module 'vitest' {
  interface ProvidedContext {
    webUrl: string
    simulatorUrl: string
    databaseUrl: string
    chatApiControlUrl: string
    administrator: { email: string; password: string }
  }
}

const WEB = join(import.meta.dirname, '..', '..')

/** Builds the pages and starts everything behind them, once for all files. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await promisify(execFile)('pnpm', ['run', 'build'], { cwd: WEB })
  const stack = await startStack()
  try {
    project.provide('webUrl', stack.webUrl)
    project.provide('simulatorUrl', stack.simulatorUrl)
    project.provide('databaseUrl', stack.databaseUrl)
    project.provide('chatApiControlUrl', stack.chatApiControlUrl)
    project.provide('administrator', await signUpAdministrator(stack.webUrl))
  } catch (error) {
    await stack.stop()
    throw error
  }
  return () => stack.stop()
}

/** The first account of a local installation administers it; made here, so that no test depends on another. */
async function signUpAdministrator(webUrl: string) {
  const administrator = { email: 'admin@example.com', password: 'a password for tests' }
  const response = await fetch(`${webUrl}/api/v1/sign-up`, {
    method: 'POST',
    headers: { origin: webUrl, 'content-type': 'application/json' },
    body: JSON.stringify(administrator),
  })
  if (response.status !== 201) {
    throw new Error(
      `the administrator could not sign up: ${response.status} ${await response.text()}`,
    )
  }
  return administrator
}
