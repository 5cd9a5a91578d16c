/** Sleeps, but no longer than until the network is back, or somebody looks at the page again. */
export function sleepUntilOnline(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const awake = new AbortController()
    const wake = (): void => {
      clearTimeout(timer)
      awake.abort()
      resolve()
    }
    const timer = setTimeout(wake, milliseconds)
    const listening = { signal: awake.signal }
    window.addEventListener('online', wake, listening)
    document.addEventListener('visibilitychange', wake, listening)
    signal.addEventListener('abort', wake, listening)
  })
}
