import { CompiledQuery } from 'kysely'
import type { AbortableOperationOptions, DatabaseConnection, QueryResult } from 'kysely'
import { isStalePlan } from '../connection/stale-plan.ts'
import { actAs, isSameActor } from './actor.ts'
import type { Actor } from './actor.ts'
import { actorOf } from './as-user.ts'

type ControlProvider = Parameters<NonNullable<DatabaseConnection['cancelQuery']>>[0]

interface OpenTransaction {
  /** What begins it; undefined once it was sent. */
  begin: string | undefined
  /** For whom Postgres takes the next statement; `unknown` after a part of the transaction was taken back. */
  actor: Actor | undefined | 'unknown'
}

/**
 * Tells Postgres before each statement for whom it runs, where it does not know yet. What goes before and after a
 * statement is sent with it, without waiting (`pipeline` of `pg`): it costs no round trip. That is safe since each
 * failure makes the next step fail: without a transaction the setting is lost, and without the setting the policies
 * refuse the statement.
 */
export class ActingConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection
  #transaction: OpenTransaction | undefined

  constructor(inner: DatabaseConnection) {
    this.inner = inner
  }

  async executeQuery<R>(
    query: CompiledQuery,
    options?: AbortableOperationOptions,
  ): Promise<QueryResult<R>> {
    const actor = actorOf(query.queryId)
    const transaction = this.#transaction
    if (transaction === undefined) {
      if (actor === undefined) return this.inner.executeQuery(query, options)
      const alone = [`begin; ${actAs(actor)}`, query, 'commit']
      return this.#together<R>(alone, query).catch((error: unknown) => {
        // Nothing has happened, and the connection prepares no more.
        if (isStalePlan(error)) return this.#together<R>(alone, query)
        throw error
      })
    }
    // A statement that no policy would stop must not run before it is certain that its transaction has begun.
    if (actor === undefined) await this.begin()
    const first = this.#prologue(transaction, actor)
    if (first === '') return this.inner.executeQuery(query, options)
    return this.#together([first, query], query)
  }

  async *streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
    options?: AbortableOperationOptions,
  ): AsyncIterableIterator<QueryResult<R>> {
    if (this.#transaction === undefined) {
      if (actorOf(query.queryId) !== undefined) throw new Error('a stream needs a transaction')
    } else {
      const first = this.#prologue(this.#transaction, actorOf(query.queryId))
      if (first !== '') await this.#send(first)
    }
    yield* this.inner.streamQuery<R>(query, chunkSize, options)
  }

  cancelQuery(provider: ControlProvider): Promise<void> {
    return this.inner.cancelQuery?.(provider) ?? Promise.resolve()
  }

  killSession(provider: ControlProvider): Promise<void> {
    return this.inner.killSession?.(provider) ?? Promise.resolve()
  }

  collectSessionInfo(): Promise<void> {
    return this.inner.collectSessionInfo?.() ?? Promise.resolve()
  }

  /** @param begin sent with the first statement */
  openTransaction(begin: string): void {
    this.#transaction = { begin, actor: undefined }
  }

  /** @returns whether Postgres has heard of it: not where no statement ran in it */
  closeTransaction(): boolean {
    const hasBegun = this.#transaction !== undefined && this.#transaction.begin === undefined
    this.#transaction = undefined
    return hasBegun
  }

  /** Sends the beginning, where it was not sent yet. */
  async begin(): Promise<void> {
    const begin = this.#transaction?.begin
    if (this.#transaction === undefined || begin === undefined) return
    this.#transaction.begin = undefined
    await this.#send(begin)
  }

  /** A savepoint has taken settings back. */
  forgetActor(): void {
    if (this.#transaction !== undefined) this.#transaction.actor = 'unknown'
  }

  #prologue(transaction: OpenTransaction, actor: Actor | undefined): string {
    const { begin, actor: current } = transaction
    const isKnown = current !== 'unknown' && isSameActor(current, actor)
    transaction.begin = undefined
    transaction.actor = actor
    return [
      ...(begin === undefined ? [] : [begin]),
      ...(isKnown ? [] : [actAs(actor, current)]),
    ].join('; ')
  }

  async #together<R>(
    steps: readonly (string | CompiledQuery)[],
    query: CompiledQuery,
  ): Promise<QueryResult<R>> {
    const results = await Promise.allSettled(
      steps.map((step) =>
        typeof step === 'string' ? this.#send(step) : this.inner.executeQuery<R>(step),
      ),
    )
    // The first that failed is why the later ones did.
    for (const result of results) if (result.status === 'rejected') throw result.reason
    const answer = results[steps.indexOf(query)]
    return (answer as PromiseFulfilledResult<QueryResult<R>>).value
  }

  async #send(statements: string): Promise<QueryResult<never>> {
    return this.inner.executeQuery(CompiledQuery.raw(statements))
  }
}
