import { setTimeout as sleep } from 'node:timers/promises'

/** Runs `run` until it succeeds once or `signal` aborts, with a pause after each failure. Never rejects. */
export async function untilDone(options: {
  run: () => Promise<void>
  pauseMs: number
  signal: AbortSignal
  onError: (error: unknown) => void
}): Promise<void> {
  const { run, pauseMs, signal, onError } = options
  while (!signal.aborted) {
    try {
      await run()
      return
    } catch (error) {
      onError(error)
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}
