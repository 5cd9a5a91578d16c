/**
 * Why a turn ends before its answer does. `stopped`: by its reader. `interrupted`: the process ends. `lost`: the turn
 * is another process's by now, or gone.
 */
export type EndReason = 'stopped' | 'interrupted' | 'lost'

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
