import { useEffect } from 'react'
import { useNavigate } from 'react-router'

/** Ctrl K or ⌘ K anywhere, and / where nothing is being typed, lead to the search field. */
export function useSearchShortcut(): void {
  const navigate = useNavigate()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const command = event.ctrlKey || event.metaKey
      const isShortcut =
        (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') ||
        (event.key === '/' && !command && !event.altKey && !isTyping(event.target))
      if (!isShortcut || event.isComposing) return
      event.preventDefault()
      const field = document.getElementById('search-words')
      if (field instanceof HTMLInputElement) field.select()
      else void navigate('/search')
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [navigate])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input, textarea, select, [contenteditable]')
}
