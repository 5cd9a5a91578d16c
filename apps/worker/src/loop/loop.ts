export interface LoopOptions {
  /** Between two rounds, unless woken. */
  everyMs: number
  /** Rounds begin at least so long after each other, however often they are woken. Default: at once. */
  apartMs?: number
  /** One round. @returns true where there is more to do at once */
  round: () => Promise<boolean>
  onError: (error: unknown) => void
}

export interface Loop {
  /** Starts a round now; during one, another follows it. */
  wake(): void
  /** Waits for the round that runs; none follows. */
  stop(): Promise<void>
}

/** Does the same again and again, one round at a time, from now on. A round that fails is followed by the next. */
export function startLoop(options: LoopOptions): Loop {
  const { everyMs, apartMs = 0 } = options
  const stopping = new AbortController()
  let woken = false
  let interrupt = (): void => {}

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      woken = false
      const startedAt = performance.now()
      const more = await options.round().catch((error: unknown) => {
        options.onError(error)
        return false
      })
      if (more) continue
      await pause(everyMs, () => woken)
      await pause(startedAt + apartMs - performance.now(), () => false)
    }
  }

  async function pause(ms: number, isOver: () => boolean): Promise<void> {
    const endsAt = performance.now() + ms
    while (!stopping.signal.aborted && !isOver()) {
      const leftMs = endsAt - performance.now()
      if (leftMs <= 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.ceil(leftMs))
        interrupt = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  const running = run()
  return {
    wake() {
      woken = true
      interrupt()
    },
    async stop() {
      stopping.abort()
      interrupt()
      await running
    },
  }
}
