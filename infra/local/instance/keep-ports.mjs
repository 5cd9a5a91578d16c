import { join } from 'node:path'
import process from 'node:process'
import { withPidFile } from '../process/pid-file.mjs'
import { inLocal } from '../paths.mjs'
import { readInstance, saveInstance } from './instance.mjs'
import { PortReservations } from './port-reservation.mjs'
import { choosePort, isPortFree } from './ports.mjs'

const reservations = new PortReservations()
process.on('exit', () => reservations.releaseAll())

/**
 * @typedef {object} PortWish
 * @property {string} name in the instance
 * @property {number} preferred where the clone has none yet, or its own is taken
 * @property {number} [span]
 * @property {number} [step]
 */

/**
 * The clone's ports for these services: the ones it had where they are free, else new ones, which it keeps from then
 * on. They stay reserved for this process until it ends.
 * @param {import('./instance.mjs').Instance} instance
 * @param {readonly PortWish[]} wishes
 * @returns {Promise<Record<string, number>>} all ports of the instance
 */
export async function keepPorts(instance, wishes) {
  return withPidFile(join(inLocal('run'), 'ports.pid'), async () => {
    const current = (await readInstance()) ?? instance
    /** @type {Set<number>} */
    const others = new Set(
      Object.entries(current.ports)
        .filter(([name]) => !wishes.some((wish) => wish.name === name))
        .flatMap(([, port]) => [port, port + 1]),
    )
    const isUsable = async (/** @type {number} */ port) =>
      !others.has(port) && (await isPortFree(port)) && reservations.take(port)
    for (const { name, preferred, span = 1, step } of wishes) {
      const kept = current.ports[name]
      const port =
        kept !== undefined && (await areUsable(kept, span, isUsable))
          ? kept
          : await choosePort({ preferred, span, step }, isUsable)
      current.ports[name] = port
      for (let offset = 0; offset < span; offset++) others.add(port + offset)
    }
    await saveInstance(current)
    return current.ports
  })
}

/**
 * @param {number} first
 * @param {number} span
 * @param {(port: number) => Promise<boolean>} isUsable
 */
async function areUsable(first, span, isUsable) {
  for (let offset = 0; offset < span; offset++) if (!(await isUsable(first + offset))) return false
  return true
}
