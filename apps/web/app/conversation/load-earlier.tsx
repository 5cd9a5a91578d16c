import { useEffect, useRef } from 'react'

/** Earlier messages: by scrolling up to here, by pressing it, or as a link to their own page. */
export function LoadEarlier({
  cursor,
  load,
  failed,
}: {
  cursor: string
  load: () => Promise<void>
  failed: boolean
}) {
  const ref = useRef<HTMLAnchorElement>(null)
  useEffect(() => {
    const link = ref.current
    if (link === null) return undefined
    let scrolled = false
    const onScroll = (): void => {
      scrolled = true
    }
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (scrolled && entry?.isIntersecting === true) void load()
      },
      { rootMargin: '300px 0px 0px' },
    )
    window.addEventListener('wheel', onScroll, { passive: true })
    window.addEventListener('touchmove', onScroll, { passive: true })
    observer.observe(link)
    return () => {
      observer.disconnect()
      window.removeEventListener('wheel', onScroll)
      window.removeEventListener('touchmove', onScroll)
    }
  }, [load])
  return (
    <p className="transcript-note">
      <a
        ref={ref}
        href={`?before=${encodeURIComponent(cursor)}`}
        onClick={(event) => {
          event.preventDefault()
          void load()
        }}
      >
        {failed ? 'Earlier messages could not be loaded. Try again' : 'Load earlier messages'}
      </a>
    </p>
  )
}
