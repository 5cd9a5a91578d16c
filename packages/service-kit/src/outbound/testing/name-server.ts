import { createSocket } from 'node:dgram'
import { once } from 'node:events'

const HEADER_BYTES = 12
const IS_ANSWER = 0x8180
/** A, IN, for no second longer than this answer. */
const ANSWER_HEAD = Buffer.from('c00c00010001000000000004', 'hex')

/**
 * A name server (RFC 1035) on loopback that answers every question for an IPv4 address with what `answer` says.
 * @param answer is told which question it is, the first is 1
 */
export async function nameServer(answer: (asked: number) => string) {
  const socket = createSocket('udp4')
  let asked = 0
  socket.on('message', (query, peer) => {
    const head = Buffer.from(query.subarray(0, HEADER_BYTES))
    head.writeUInt16BE(IS_ANSWER, 2)
    // One answer; nothing of authorities and extensions.
    head.writeUInt16BE(1, 6)
    head.writeUInt32BE(0, 8)
    const question = query.subarray(HEADER_BYTES, query.indexOf(0, HEADER_BYTES) + 5)
    const address = Buffer.from(answer(++asked).split('.').map(Number))
    socket.send(Buffer.concat([head, question, ANSWER_HEAD, address]), peer.port, peer.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked: () => asked,
    close: () => void socket.close(),
  }
}
