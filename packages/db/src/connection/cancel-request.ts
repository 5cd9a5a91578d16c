import { connect } from 'node:net'
import type { ClientBase } from 'pg'

/** The number that stands for a protocol version in a CancelRequest (Postgres, «Message Formats»). */
const CANCEL_REQUEST_CODE = 80_877_102

/**
 * Asks the server to end what runs on a connection, by a connection of its own as the protocol has it: PgBouncer passes
 * it on, where `pg_cancel_backend` would need a number that it hides. Tells nobody whether that did anything.
 */
export function sendCancelRequest(client: ClientBase): void {
  const { host, port, processID, secretKey } = client as ClientBase & {
    host: string
    port: number
    processID: number
    secretKey: number
  }
  const message = Buffer.alloc(16)
  message.writeInt32BE(message.length, 0)
  message.writeInt32BE(CANCEL_REQUEST_CODE, 4)
  message.writeInt32BE(processID, 8)
  message.writeInt32BE(secretKey, 12)
  const socket = host.startsWith('/')
    ? connect(`${host}/.s.PGSQL.${port}`)
    : connect({ host, port })
  socket.on('error', () => {})
  socket.setTimeout(2_000, () => socket.destroy())
  // The server closes when it has done so. Where we hung up at once, PgBouncer 1.18 forgot the request, and once it ended.
  socket.write(message)
}
