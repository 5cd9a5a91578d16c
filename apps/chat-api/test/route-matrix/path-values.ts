import type {
  AnnouncementDetail,
  CreatedInvitation,
  Me,
  OwnSignInList,
} from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { makeKey } from '../api-key.ts'
import { guest } from '../installation.ts'
import type { Owner, PathValues } from './route-entry.ts'

/** Makes, for each parameter of a path, something of the owner’s that it names. */
export const pathValues: Readonly<Record<string, (owner: Owner) => Promise<string>>> = {
  chatId: async (owner) => (await firstTurn(owner)).chatId,
  turnId: async (owner) => (await firstTurn(owner)).turnId,
  providerId: async () => 'openai',
  keyId: async ({ browser }) => (await makeKey(browser)).key.id,
  signInProviderId: async () => 'nowhere',
  invitationId: async ({ browser }) =>
    ((await (await browser.post('/api/v1/admin/invitations')).json()) as CreatedInvitation).id,
  requestId: async () => newId(),
  signInId: async ({ browser }) =>
    (await browser.json<OwnSignInList>('/api/v1/me/sign-ins')).signIns[0]!.id,
  tier: async () => 'trial',
  announcementId: async ({ browser }) => {
    const announcement = { text: 'A secret: CANARY-7', severity: 'info', audience: 'all' }
    const response = await browser.post('/api/v1/admin/announcements', announcement)
    return ((await response.json()) as AnnouncementDetail).id
  },
  /** Somebody whom an administrator administrates. */
  userId: async ({ api }) => {
    const browser = await guest(api)
    return (await browser.json<Me>('/api/v1/me')).user!.id
  },
  reference: async () => newId(),
}

async function firstTurn({ browser }: Owner): Promise<{ chatId: string; turnId: string }> {
  const frames = await browser.turn('/api/v1/turns', { text: 'A secret: CANARY-7' })
  return frames[0]!.frame as unknown as { chatId: string; turnId: string }
}

export async function makeValues(names: readonly string[], owner: Owner): Promise<PathValues> {
  const params: Record<string, string> = {}
  for (const name of names) {
    const make = pathValues[name]
    if (make === undefined) throw new Error(`the matrix does not know how to make a :${name}`)
    params[name] = await make(owner)
  }
  return { params }
}
