import { createServer } from 'node:net'

/**
 * Whether nobody listens on `port` of loopback, by either family: a browser asks `localhost` for both.
 * @param {number} port
 */
export async function isPortFree(port) {
  for (const host of ['127.0.0.1', '::1']) {
    if (!(await canListen(port, host))) return false
  }
  return true
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<boolean>}
 */
function canListen(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE') return resolve(false)
      // A machine without IPv6 has nobody there either.
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') return resolve(true)
      if (error.code === 'EACCES') return resolve(false)
      reject(error)
    })
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/**
 * The first number from `preferred` on, in steps of `step`, whose `span` ports are all free.
 * @param {object} wish
 * @param {number} wish.preferred
 * @param {number} [wish.span] a service also takes the port after its own, for operations
 * @param {number} [wish.step]
 * @param {(port: number) => boolean | Promise<boolean>} isUsable
 */
export async function choosePort({ preferred, span = 1, step = 10 }, isUsable) {
  for (let port = preferred; port + span - 1 <= 65_535; port += step) {
    let usable = true
    for (let offset = 0; offset < span && usable; offset++) usable = await isUsable(port + offset)
    if (usable) return port
  }
  throw new Error(`no free port from ${preferred} on`)
}
