import { connect } from 'node:net'

/** How long a server may take to say that it will not answer. Its own limits are longer; a test need not wait for them. */
const SILENCE_MS = 1_500

/**
 * Sends bytes as they are, which no HTTP client would.
 * @returns all that comes back until the server closes the connection, or is silent
 */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  // A reset is an answer, too.
  socket.on('error', () => {})
  socket.setTimeout(SILENCE_MS, () => socket.destroy())
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  await closed
  return Buffer.concat(pieces).toString('latin1')
}

/** The statuses of all answers in it. */
export function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]))
}
