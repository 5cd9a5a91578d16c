import type { CreateApiKeyInput, NewApiKey } from '@brainlyx/chat-contract'
import type { AttemptRow, Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import OpenAI from 'openai'
import type { Browser } from './browser.ts'
import { signUp } from './installation.ts'

/** A new member with a key. */
export async function memberWithKey(
  replica: { browser: () => Browser },
  input: Partial<CreateApiKeyInput> = {},
): Promise<NewApiKey & { browser: Browser }> {
  const browser = replica.browser()
  await signUp(browser)
  return { browser, ...(await makeKey(browser, input)) }
}

export async function makeKey(
  browser: Browser,
  input: Partial<CreateApiKeyInput> = {},
): Promise<NewApiKey> {
  const response = await browser.post('/api/v1/api-keys', { name: 'A program', ...input })
  if (response.status !== 201) {
    throw new Error(`no key: ${response.status} ${await response.text()}`)
  }
  return (await response.json()) as NewApiKey
}

/** The ledger of a key, the oldest call first. @param admin of the superuser */
export function ledgerOf(admin: Kysely<Database>, key: { id: string }): Promise<AttemptRow[]> {
  return admin
    .selectFrom('attempts')
    .selectAll()
    .where('apiKeyId', '=', key.id)
    .orderBy('id')
    .execute()
}

/** OpenAI's SDK, which retries nothing unless told to. */
export function sdk(replica: { url: string }, secret: string, maxRetries = 0): OpenAI {
  return new OpenAI({ baseURL: `${replica.url}/v1`, apiKey: secret, maxRetries })
}
