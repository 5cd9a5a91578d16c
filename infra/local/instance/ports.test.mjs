import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, expect, test } from 'vitest'
import { PortReservations } from './port-reservation.mjs'
import { choosePort, isPortFree } from './ports.mjs'

/** @type {import('node:net').Server[]} */
const servers = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** @param {string} host */
async function takePort(host) {
  const server = createServer().listen(0, host)
  servers.push(server)
  await once(server, 'listening')
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port
}

test('a port is taken whether its program listens on loopback, on all addresses or by IPv6 alone', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0', '::1', '::']) {
    const port = await takePort(host)
    expect(await isPortFree(port)).toBe(false)
    servers.pop()?.close()
    await expect.poll(() => isPortFree(port)).toBe(true)
  }
})

test('the preferred port is chosen where it and the next are free, else the first step that is', async () => {
  const taken = new Set([3000, 3011])
  const isUsable = (/** @type {number} */ port) => !taken.has(port)
  expect(await choosePort({ preferred: 4000, span: 2 }, isUsable)).toBe(4000)
  expect(await choosePort({ preferred: 3000 }, isUsable)).toBe(3010)
  expect(await choosePort({ preferred: 3000, span: 2 }, isUsable)).toBe(3020)
  await expect(choosePort({ preferred: 65_530 }, () => false)).rejects.toThrow('no free port')
})

test('a port that another living command has reserved is not taken; one of a dead command is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reservations-'))
  const reservations = new PortReservations(folder)
  expect(reservations.take(5001)).toBe(true)
  expect(reservations.take(5001)).toBe(true)

  writeFileSync(join(folder, '5002'), String(process.ppid))
  expect(reservations.take(5002)).toBe(false)

  const dead = spawn(process.execPath, ['-e', ''])
  await once(dead, 'exit')
  writeFileSync(join(folder, '5003'), String(dead.pid))
  expect(reservations.take(5003)).toBe(true)

  reservations.releaseAll()
  expect(new PortReservations(folder).take(5001)).toBe(true)
})
