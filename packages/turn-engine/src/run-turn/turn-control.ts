/**
 * Why a turn ends here before its answer does. `stopped`: by its reader. `handed-over`: this process ends, another one
 * goes on. `lost`: the turn is another process's by now, or gone.
 */
export type EndReason = 'stopped' | 'handed-over' | 'lost'

/** Ends a running turn early; the first reason counts, except that a lost turn is lost whatever was asked before. */
export class TurnControl {
  readonly #controller = new AbortController()
  #reason: EndReason | undefined

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get reason(): EndReason | undefined {
    return this.#reason
  }

  end(reason: EndReason): void {
    if (this.#reason === undefined || reason === 'lost') this.#reason = reason
    this.#controller.abort()
  }
}
