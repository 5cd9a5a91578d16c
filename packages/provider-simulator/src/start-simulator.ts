import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAttemptLog } from './attempt-log/attempt-log.ts'
import type { Attempt, AttemptQuery } from './attempt-log/attempt-log.ts'
import { createPromptCache } from './conversation/prompt-cache.ts'
import type { SimulatorState } from './exchange/simulator-state.ts'
import { createFaultBook } from './fault/fault-book.ts'
import type { FaultOrder } from './fault/fault-book.ts'
import { handleRequest } from './http/handle-request.ts'
import type { Pace } from './pace/pace.ts'
import { createTickWheel } from './pace/tick-wheel.ts'

export interface SimulatorOptions {
  /** 0 or absent: a free port. */
  port?: number
  /** Default 127.0.0.1. */
  host?: string
  /** Output tokens a second of each stream; 0 (default): as fast as possible. */
  tokensPerSecond?: number
  /** From a complete request to its first token; default 0. */
  timeToFirstTokenMs?: number
}

export interface Simulator {
  /** `http://host:port`, without a slash at its end. */
  url: string
  port: number
  /** Copies of the log's records, oldest first. */
  attempts: (query?: AttemptQuery) => Attempt[]
  /** @throws an Error where there is no fault of that name. */
  setFault: (order: FaultOrder) => void
  setPace: (pace: Partial<Pace>) => void
  /** Forgets faults, attempts and cached prompts. */
  clear: () => void
  /** Closes every connection, streams included. */
  close: () => Promise<void>
}

/** Callers that begin all at once must not be dropped by the kernel, as beyond Node's own 511: that is no fault of a provider's. */
const BACKLOG = 4_096

/** Starts the four providers on one port. @throws an Error naming the port where it is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const state: SimulatorState = {
    wheel: createTickWheel({ now: () => performance.now() }),
    log: createAttemptLog(),
    faults: createFaultBook(),
    promptCache: createPromptCache(),
    pace: {
      tokensPerSecond: options.tokensPerSecond ?? 0,
      timeToFirstTokenMs: options.timeToFirstTokenMs ?? 0,
    },
    running: new Set(),
  }
  // A pooled connection must not be closed between two calls of a test: that race is no fault anybody asked for.
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    handleRequest(state, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return
      process.stderr.write(
        `provider simulator: ${error instanceof Error ? error.stack : String(error)}\n`,
      )
      response.destroy()
    })
  })
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        taken ? new Error(`port ${options.port} of ${host} is taken by another program`) : error,
      )
    })
    server.listen({ port: options.port ?? 0, host, backlog: BACKLOG }, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    attempts: (query) => state.log.list(query),
    setFault: (order) => state.faults.set(order),
    setPace: (pace) => {
      Object.assign(state.pace, pace)
    },
    clear: () => {
      state.faults.clear()
      state.log.clear()
      state.promptCache.clear()
    },
    close: () => {
      state.wheel.stop()
      for (const abort of state.running) abort('shutdown')
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
