/** Replicas are configured and none may be read at the moment; what may only read from them waits. */
export class NoReplicaError extends Error {
  constructor() {
    super('no replica may be read at the moment')
    this.name = 'NoReplicaError'
  }
}
