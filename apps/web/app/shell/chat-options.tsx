import type { Chat } from '@brainlyx/chat-contract'
import { Form } from 'react-router'

/** The longest title that the contract takes, in characters. */
const TITLE_LIMIT = 120

/** Renames or deletes a chat: the same forms on their own page and in the dialog. @param from where to go after. */
export function ChatOptions({ chat, from }: { chat: Chat; from: string }) {
  const action = `/c/${chat.id}/options`
  return (
    <div className="chat-options">
      <Form method="post" action={action} className="form">
        <input type="hidden" name="from" value={from} />
        <label className="field">
          <span>Title</span>
          <input name="title" defaultValue={chat.title ?? ''} required maxLength={TITLE_LIMIT} />
        </label>
        <button className="button button-primary" name="intent" value="rename">
          Rename
        </button>
      </Form>
      <Form method="post" action={action} className="form delete-form">
        <input type="hidden" name="from" value={from} />
        <p>Deleting removes the chat and its messages for good.</p>
        <button className="button button-danger" name="intent" value="delete">
          Delete this chat
        </button>
      </Form>
    </div>
  )
}
