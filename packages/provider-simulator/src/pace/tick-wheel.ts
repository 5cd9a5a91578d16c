/** Something to run once, at or after a time of the wheel's clock. */
export interface WheelTask {
  dueAtMs: number
  run: (nowMs: number) => void
  cancelled: boolean
}

export interface TickWheel {
  now: () => number
  /** Runs the task in the first tick at or after `task.dueAtMs`. A task is in the wheel once at most. */
  schedule: (task: WheelTask) => void
  /** Runs everything that is due by `nowMs`; the wheel's own timer calls it. */
  advance: (nowMs: number) => void
  stop: () => void
}

/**
 * A hashed timing wheel (Varghese and Lauck, 1987): one timer for all streams. A timer a token would cost more than
 * the tokens; a tick looks into one slot only, and an empty wheel holds no timer at all.
 */
export function createTickWheel(options: {
  now: () => number
  tickMs?: number
  slots?: number
}): TickWheel {
  const tickMs = options.tickMs ?? 4
  const slotCount = options.slots ?? 512
  const slots: WheelTask[][] = Array.from({ length: slotCount }, () => [])
  let waiting = 0
  let lastTick = Math.floor(options.now() / tickMs)
  let timer: NodeJS.Timeout | undefined

  const arm = (): void => {
    if (timer === undefined && waiting > 0) timer = setTimeout(fire, tickMs)
  }
  const fire = (): void => {
    timer = undefined
    advance(options.now())
    arm()
  }
  const runSlot = (index: number, nowMs: number): void => {
    const tasks = slots[index]
    if (tasks === undefined || tasks.length === 0) return
    slots[index] = []
    for (const task of tasks) {
      waiting -= 1
      if (task.cancelled) continue
      if (task.dueAtMs <= nowMs) task.run(nowMs)
      else schedule(task)
    }
  }
  const advance = (nowMs: number): void => {
    const tick = Math.floor(nowMs / tickMs)
    const first = Math.max(lastTick + 1, tick - slotCount + 1)
    lastTick = Math.max(lastTick, tick)
    for (let each = first; each <= tick; each += 1) runSlot(each % slotCount, nowMs)
  }
  const schedule = (task: WheelTask): void => {
    const tick = Math.max(Math.ceil(task.dueAtMs / tickMs), lastTick + 1)
    slots[tick % slotCount]?.push(task)
    waiting += 1
    arm()
  }
  return {
    now: options.now,
    schedule,
    advance,
    stop: () => {
      clearTimeout(timer)
      timer = undefined
      for (const slot of slots) slot.length = 0
      waiting = 0
    },
  }
}
