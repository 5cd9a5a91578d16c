import type { Me } from '@brainlyx/chat-contract'
import type { Browser } from '../browser.ts'
import { guest, signUp } from '../installation.ts'
import type { Installation, Owner, Replica } from './route-entry.ts'

export type Standing = 'guest' | 'member' | 'admin'

/** Somebody new of this standing. */
export async function newOwner(
  standing: Standing,
  { installation, api }: { installation: Installation; api: Replica },
): Promise<Owner> {
  const browser = standing === 'guest' ? await guest(api) : api.browser()
  if (standing !== 'guest') {
    const email = await signUp(browser)
    // The first of an installation is administrator, so nobody may rely on being one or none.
    await installation.admin
      .updateTable('users')
      .set({ role: standing === 'admin' ? 'admin' : 'user' })
      .where('email', '=', email)
      .execute()
    await browser.post('/api/v1/sign-in', { email, password: 'correct horse battery' })
  }
  return { browser, userId: await userIdOf(browser), installation, api }
}

async function userIdOf(browser: Browser): Promise<string> {
  return (await browser.json<Me>('/api/v1/me')).user!.id
}

/** Nothing of theirs is accepted from now on. */
export async function ban({ userId, installation, api }: Owner): Promise<void> {
  const cuts = [{ userId }]
  await installation.db
    .transaction()
    .execute((transaction) => api.revocations.record(transaction, cuts))
  await api.revocations.announce(cuts)
}
