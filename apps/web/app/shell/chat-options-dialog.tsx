import type { Chat } from '@brainlyx/chat-contract'
import { useEffect, useRef } from 'react'
import { useLocation, useNavigation } from 'react-router'
import { CloseIcon } from '../icons/icons.tsx'
import { ChatOptions } from './chat-options.tsx'

export function ChatOptionsDialog({ chat, onClose }: { chat: Chat | null; onClose: () => void }) {
  const ref = useRef<HTMLDialogElement>(null)
  const location = useLocation()
  const navigation = useNavigation()
  const submitting = navigation.formAction?.endsWith('/options') === true
  const wasSubmitting = useRef(false)

  useEffect(() => {
    if (chat !== null) ref.current?.showModal()
    else ref.current?.close()
  }, [chat])
  useEffect(() => {
    if (wasSubmitting.current && navigation.state === 'idle') onClose()
    wasSubmitting.current = submitting || (wasSubmitting.current && navigation.state !== 'idle')
  }, [navigation.state, onClose, submitting])

  return (
    <dialog ref={ref} className="dialog" aria-labelledby="chat-options-title" onClose={onClose}>
      {chat !== null && (
        <>
          <div className="dialog-top">
            <h2 id="chat-options-title">{chat.title ?? 'New chat'}</h2>
            <button
              type="button"
              className="icon-button"
              aria-label="Close"
              onClick={() => ref.current?.close()}
            >
              <CloseIcon />
            </button>
          </div>
          <ChatOptions chat={chat} from={location.pathname + location.search} />
        </>
      )}
    </dialog>
  )
}
