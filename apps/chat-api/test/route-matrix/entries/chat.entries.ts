import type { MessagePage, RouteName } from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { pathValues } from '../path-values.ts'
import type { RouteEntry } from '../route-entry.ts'

export const chatEntries = {
  listModels: {},
  listChats: {},
  getChat: {},
  renameChat: { body: { title: 'Taken over' } },
  deleteChat: {},
  listMessages: {},
  search: {
    async arrange() {
      return { query: '?q=secret' }
    },
  },
  showBranch: {
    body: { messageId: newId() },
    async arrange(owner) {
      const chatId = await pathValues['chatId']!(owner)
      const { messages } = await owner.browser.json<MessagePage>(`/api/v1/chats/${chatId}/messages`)
      return { params: { chatId }, body: { messageId: messages.at(-1)!.id } }
    },
  },
} as const satisfies Partial<Record<RouteName, RouteEntry>>
