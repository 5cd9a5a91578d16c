import { chunkOf, openSse, socketPast } from '@brainlyx/service-kit'
import type { Response } from 'express'
import type { Socket } from 'node:net'

/**
 * A reader's event stream. What is sent in one tick leaves in one write, since a system call is dearer than a frame:
 * past the response where that can be, else flushed through its compressor.
 */
export class GatheredWrites {
  readonly #response: Response
  readonly #onDrain: () => void
  /** Null where it has to go through the response, or has to as yet. */
  #socket: Socket | null = null
  #corked: Response | Socket | undefined

  /** @param onDrain called when a reader who was behind has room again; once for all, as a compressor cannot be unlistened */
  constructor(response: Response, onDrain: () => void) {
    this.#response = response
    this.#onDrain = onDrain
    response.on('drain', onDrain)
    response.once('close', () => this.#socket?.removeListener('drain', onDrain))
  }

  /** False: the reader is behind. */
  get hasRoom(): boolean {
    return !(this.#socket ?? this.#response).writableNeedDrain
  }

  /** Sends the head, with what is sent at once. */
  open(): void {
    const { socket } = this.#response
    if (socket !== null) this.#cork(socket)
    openSse(this.#response)
  }

  /** @returns false where the reader has no room for more */
  send(piece: string | Buffer): boolean {
    this.#socket ??= this.#socketPast()
    if (this.#socket !== null) {
      this.#cork(this.#socket)
      return this.#socket.write(chunkOf(piece))
    }
    this.#cork(this.#response)
    const hasRoom = this.#response.write(piece)
    this.#response.flush()
    return hasRoom
  }

  #cork(stream: Response | Socket): void {
    if (this.#corked !== undefined) return
    this.#corked = stream
    stream.cork()
    // After the microtasks, in which everything that is there already is taken.
    process.nextTick(this.#uncork)
  }

  readonly #uncork = (): void => {
    this.#corked?.uncork()
    this.#corked = undefined
  }

  #socketPast(): Socket | null {
    const socket = socketPast(this.#response)
    socket?.on('drain', this.#onDrain)
    return socket
  }
}
