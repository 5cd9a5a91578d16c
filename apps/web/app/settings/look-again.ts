import { useEffect } from 'react'
import { useRevalidator } from 'react-router'

const LOOK_AGAIN_MS = 1_000

/** Looks again every second while something is under way, as a page without script does by itself. */
export function useLookAgain(isUnderWay: boolean): void {
  const { state, revalidate } = useRevalidator()
  useEffect(() => {
    if (!isUnderWay || state !== 'idle') return
    const timer = setTimeout(() => void revalidate(), LOOK_AGAIN_MS)
    return () => clearTimeout(timer)
  }, [isUnderWay, state, revalidate])
}
