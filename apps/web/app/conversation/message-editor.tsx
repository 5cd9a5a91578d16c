import type { Message } from '@brainlyx/chat-contract'
import { useEffect, useRef } from 'react'
import type { KeyboardEvent } from 'react'
import { sendOnEnter } from './send-on-enter.ts'
import { NO_PARENT } from './turn-fields.ts'

/** A message being changed in its place: fields of the composer's form, sent by a button of their own. */
export function MessageEditor({
  message,
  text,
  onClose,
}: {
  message: Message
  text: string
  onClose: () => void
}) {
  const textRef = useRef<HTMLTextAreaElement>(null)
  const sendRef = useRef<HTMLButtonElement>(null)

  useEffect(() => {
    const field = textRef.current
    field?.focus()
    field?.setSelectionRange(field.value.length, field.value.length)
  }, [])

  const close = (): void => {
    onClose()
    // Where the editor was opened, which is there again once this one has gone.
    setTimeout(() => document.getElementById(`edit-${message.id}`)?.focus())
  }
  useEffect(() => {
    const form = textRef.current?.form
    // Its fields must still be there when the form is read.
    const onSubmit = ({ submitter }: SubmitEvent): void => {
      if (submitter === sendRef.current && textRef.current?.value.trim() !== '') setTimeout(onClose)
    }
    form?.addEventListener('submit', onSubmit)
    return () => form?.removeEventListener('submit', onSubmit)
  }, [onClose])

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Escape' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      close()
    } else sendOnEnter(event, sendRef.current)
  }

  return (
    <div className="message-editor" id="edit">
      <label htmlFor="edited-text" className="visually-hidden">
        Your message, changed
      </label>
      <textarea
        id="edited-text"
        ref={textRef}
        name="editedText"
        form="composer"
        defaultValue={text}
        rows={2}
        enterKeyHint="enter"
        onKeyDown={onKeyDown}
      />
      <input
        type="hidden"
        name="editedParent"
        form="composer"
        value={message.parentId ?? NO_PARENT}
      />
      <div className="message-editor-actions">
        <a
          className="button button-quiet"
          href={`/c/${message.chatId}`}
          onClick={(event) => {
            event.preventDefault()
            close()
          }}
        >
          Cancel
        </a>
        <button
          ref={sendRef}
          className="button button-primary"
          form="composer"
          name="edit"
          value={message.id}
          formNoValidate
        >
          Ask this instead
        </button>
      </div>
    </div>
  )
}
